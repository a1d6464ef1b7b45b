"""What comes to the line in files: meters' tables, logs of packets. Each row or packet is judged alone."""

from lantian.telemetry.loading.log import load_log
from lantian.telemetry.loading.power import Loaded, load_power

__all__ = ["Loaded", "load_log", "load_power"]
