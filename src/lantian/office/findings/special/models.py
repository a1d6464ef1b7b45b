"""The models of the specialised openings, as Django looks for them."""

from lantian.office.findings.special.checks.models import Check, CheckAnswer, CheckFile
from lantian.office.findings.special.complaints.models import (
    Complaint,
    ComplaintFile,
    DoorVisit,
    Reporter,
)
from lantian.office.findings.special.fires.models import FireFile, FirePixel, FireSpot, HeatSource
from lantian.office.findings.special.roadside.models import Listing, RoadsideTest
from lantian.office.findings.special.weighing.models import HeavyRoad

__all__ = [
    "Check",
    "CheckAnswer",
    "CheckFile",
    "Complaint",
    "ComplaintFile",
    "DoorVisit",
    "FireFile",
    "FirePixel",
    "FireSpot",
    "HeatSource",
    "HeavyRoad",
    "Listing",
    "Reporter",
    "RoadsideTest",
]
