"""Problems that patrols find in the year, as a table, and what becomes of each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

from lantian.office.findings import actions
from lantian.office.people.models import Unit
from lantian.office.regions.models import Region

TOWN, ROADS, FIELDS = "陵川县住建局", "陵川县城管执法队", "陵川县农业农村局"
INDUSTRY = "陵川县工信局"
CITY_STREETS, CITY_HOUSES, CITY_ROADS = "临汾市城市管理局", "临汾市住建局", "临汾市交通运输局"
LINGCHUAN, YAODU = "140524", "141002"
OPEN, ASSIGNED, RECTIFIED, CLOSED, VOID = "open", "assigned", "rectified", "closed", "void"


class Row(NamedTuple):
    """One problem: when, what, where, whose, how grave, what becomes of it, whether it is a repeat."""

    month: int
    day: int
    kind: str
    region: str
    place: str
    unit: str
    severity: str
    end: str
    repeat: bool = False


KINDS = ("dust", "voc", "bulk_coal", "vehicles", "catering", "facility", "small_polluters", "monitoring")
ROWS: tuple[Row, ...] = (
    # Fire spots: two confirmed by being assigned, one that was a brick kiln.
    Row(4, 8, "fire_spot", LINGCHUAN, "礼义镇地头", FIELDS, "serious", CLOSED),
    Row(6, 12, "fire_spot", LINGCHUAN, "平城镇地头", FIELDS, "serious", ASSIGNED),
    Row(10, 3, "fire_spot", LINGCHUAN, "附城镇砖窑", FIELDS, "minor", VOID),
    # The same site twice within 30 days: a talk in June, none in July.
    Row(6, 3, "dust", LINGCHUAN, "崇文街工地", TOWN, "ordinary", CLOSED),
    Row(6, 20, "dust", LINGCHUAN, "崇文街工地", TOWN, "ordinary", RECTIFIED, repeat=True),
    # Three times: talks in August, September and October.
    Row(8, 2, "catering", LINGCHUAN, "古陵路饭店", ROADS, "minor", CLOSED),
    Row(8, 20, "catering", LINGCHUAN, "古陵路饭店", ROADS, "minor", CLOSED, repeat=True),
    Row(9, 10, "catering", LINGCHUAN, "古陵路饭店", ROADS, "minor", ASSIGNED, repeat=True),
    # A patrol finds that what was reported is not so.
    Row(5, 20, "report_false", LINGCHUAN, "某铸造厂", INDUSTRY, "serious", CLOSED),
    # The city in November: 6 × 5 = 30 points are referred; 5 × 5 + 3 = 28 points and 6 problems are not;
    # 10 small ones are, by their number.
    *(Row(11, 4 + 3 * n, KINDS[n], YAODU, f"甲{n}", CITY_STREETS, "serious", CLOSED) for n in range(6)),
    *(Row(11, 4 + 3 * n, KINDS[n], YAODU, f"乙{n}", CITY_HOUSES, "serious", CLOSED) for n in range(5)),
    Row(11, 19, KINDS[5], YAODU, "乙5", CITY_HOUSES, "ordinary", CLOSED),
    *(Row(11, 3 + 2 * n, KINDS[n % 8], YAODU, f"丙{n}", CITY_ROADS, "minor", ASSIGNED) for n in range(10)),
)


class Patrols:
    """The table played: recorded on its day, assigned, rectified two days later, checked after three."""

    def __init__(self, cast: Any, at: Any, year: int, proof: Any) -> None:
        self.cast, self.at, self.year, self.proof = cast, at, year, proof
        self.rows: dict[Row, Any] = {}

    def live(self, day: date) -> None:
        """What happens on a day."""
        for row in ROWS:
            found = date(self.year, row.month, row.day)
            if day == found:
                self._found(row, day)
            elif row.end in (RECTIFIED, CLOSED) and day == found + timedelta(days=2):
                with self.at(day):
                    who = self.cast.of_unit(self._unit(row))
                    files = [self.proof(f"整改{row.place}{day}")]
                    actions.act(self.rows[row], "rectify", who, "已整改（模拟）", files=files)
            elif row.end == CLOSED and day == found + timedelta(days=3):
                with self.at(day):
                    actions.act(self.rows[row], "close_finding", self._chief(row), "复查合格（模拟）")

    def _found(self, row: Row, day: date) -> None:
        region = Region.objects.get(code=row.region)
        new = actions.NewFinding(
            row.kind, region, row.place, "巡查发现（模拟）", day, severity=row.severity, unit=self._unit(row)
        )
        with self.at(day, 9):
            finding = self.rows[row] = actions.record_finding(self.cast.of_region(region), new)
            if row.repeat:
                actions.settle_repeat(finding, self._chief(row), True, "同一地点（模拟）")
        with self.at(day, 15):
            if row.end == VOID:
                actions.act(finding, "void_finding", self._chief(row), "不是火点（模拟）")
            elif row.end != OPEN:
                actions.act(finding, "assign_finding", self._chief(row))

    def _chief(self, row: Row) -> Any:
        return self.cast.dispatchers["140524" if row.region == LINGCHUAN else "141000"]

    def _unit(self, row: Row) -> Unit:
        code = "140524" if row.region == LINGCHUAN else "141000"
        return Unit.objects.get(name=row.unit, region__code=code)
