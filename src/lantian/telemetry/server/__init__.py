"""The port where sites connect: packets framed, judged, made durable in groups, then acknowledged."""

from lantian.telemetry.server.serving import Server
from lantian.telemetry.server.settings import Limits, Rules, Settings, Tls
from lantian.telemetry.server.state import State
from lantian.telemetry.server.wire import Newcomer, Verdict, Wire

__all__ = ["Limits", "Newcomer", "Rules", "Server", "Settings", "State", "Tls", "Verdict", "Wire"]
