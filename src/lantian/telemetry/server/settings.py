"""What an operator sets of the server, and the rules of the dialogue it keeps."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal

from lantian.errors import LantianError
from lantian.rulebook import load

Enrol = Literal["known", "open"]
Greet = Literal["never", "first", "always"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, one device, one address and all together may take from the server.

    The defaults let a whole province come in through one gateway and a site send months of backlog; they end
    what no site does. An office that knows its lines sets them tighter.

    A whole city's loggers may come through one address, that of a mobile carrier's gateway: what is set by
    address is therefore wide unless an operator makes it narrower.

    Parameters
    ----------
    connections, connections_per_address
        open at the same time
    connects_per_minute
        new connections of one address
    devices_per_connection
        a logger may speak for several devices, each with its own password; 1 forbids that
    packets_per_minute
        of one device, where its own setting says nothing; more are read later, none is lost
    bytes_per_second
        of one connection, ten times as much at once; more are read later
    greeting_seconds
        until the first packet with a right password; then the connection is closed
    frame_seconds
        until a packet that has begun is complete
    idle_seconds
        without a byte
    junk_bytes
        without a packet, then the connection is closed
    faults
        packets refused on a connection that never had a right one, then it is closed
    guesses_per_minute
        wrong passwords for one device from one address; then it is refused unread for a minute
    refusals_per_minute
        recorded of one address; further ones are counted only
    enrolments_per_minute
        new devices of one address, where anyone is taken in
    packet_bytes
        the longest data segment taken
    queue
        packets waiting to be made durable; then nothing more is read until there is room
    group
        packets made durable in one transaction
    """

    connections: int = 12_000
    connections_per_address: int = 12_000
    connects_per_minute: int = 60_000
    devices_per_connection: int = 64
    packets_per_minute: int = 60_000
    bytes_per_second: int = 4_194_304
    greeting_seconds: float = 300.0
    frame_seconds: float = 20.0
    idle_seconds: float = 7200.0
    junk_bytes: int = 65_536
    faults: int = 10
    guesses_per_minute: int = 10
    refusals_per_minute: int = 60
    enrolments_per_minute: int = 12_000
    packet_bytes: int = 8192
    queue: int = 20_000
    group: int = 2_000

    def __post_init__(self) -> None:
        for one in fields(self):
            if getattr(self, one.name) <= 0:
                raise LantianError(f"the limit {one.name} is not above zero", remedy="Leave it out.")


@dataclass(frozen=True, slots=True)
class Tls:
    """Files of the encrypted port; with `client_ca` only sites whose certificate it signed come in."""

    cert: Path
    key: Path | None = None
    client_ca: Path | None = None

    def context(self) -> ssl.SSLContext:
        """The server's side of TLS 1.2 and later. Raises LantianError where a file does not serve."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.cert, self.key)
            if self.client_ca is not None:
                context.load_verify_locations(self.client_ca)
                context.verify_mode = ssl.CERT_REQUIRED
        except (OSError, ssl.SSLError) as error:
            raise LantianError(
                f"certificate or key cannot be used ({error})",
                where=str(self.cert),
                remedy="Give PEM files: the certificate with its chain, the key without a password.",
            ) from error
        return context


@dataclass(frozen=True, slots=True)
class Settings:
    """How the server runs.

    Parameters
    ----------
    host, port
        where sites connect; port 0 takes a free one
    enrol
        `known`: only devices of the register; `open`: a device is taken in by its first packet, unconfirmed
    tls, tls_port
        the encrypted port; with `tls` alone `port` itself is encrypted
    metrics_host, metrics_port
        health and metrics; None for none
    limits
        see `Limits`
    greet
        whether a site is told time, timeout and intervals when it connects: `never`, on its `first` packet
        ever, `always` (once a connection)
    rtd_interval, min_interval
        [s], [min] intervals of that greeting; left out where None
    answer_unflagged
        answer 2005 packets that have no Flag
    accept_clock
        go on though the newest stored packet came later than it is now
    device_metrics
        when each device was heard last, among the metrics
    """

    host: str = "0.0.0.0"  # noqa: S104 - sites come from outside
    port: int = 9212
    enrol: Enrol = "known"
    tls: Tls | None = None
    tls_port: int | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int | None = 9213
    limits: Limits = Limits()
    greet: Greet = "never"
    rtd_interval: int | None = None
    min_interval: int | None = None
    answer_unflagged: bool = False
    accept_clock: bool = False
    device_metrics: bool = False

    def __post_init__(self) -> None:
        if self.tls_port is not None and self.tls is None:
            raise LantianError(
                "an encrypted port needs a certificate", remedy="Give --tls-cert and --tls-key."
            )
        rules = Rules.of_rulebook()
        low, high = rules.rtd_bounds
        if self.rtd_interval is not None and not low <= self.rtd_interval <= high:
            raise LantianError(
                f"{self.rtd_interval} s is no interval of real-time data", remedy=f"Give {low} to {high} s."
            )
        if self.min_interval is not None and self.min_interval not in rules.min_values:
            known = ", ".join(map(str, rules.min_values))
            raise LantianError(
                f"{self.min_interval} min is no interval of minute data", remedy=f"Give one of {known}."
            )


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules `telemetry.dialogue`. Times in seconds."""

    timeout: float
    repeats: int
    execution: float
    greeting: tuple[str, ...]
    rtd_bounds: tuple[int, int]
    min_values: tuple[int, ...]
    clock_off: float
    clock_back: float
    calibration_every: float

    @classmethod
    def of_rulebook(cls) -> Rules:
        """As the rulebook has them."""
        book = load()

        def seconds(name: str) -> float:
            return float(book.rule(f"telemetry.dialogue.{name}").number)

        low, high = book.rule("telemetry.dialogue.rtd_interval").value
        return cls(
            timeout=seconds("timeout"),
            repeats=book.rule("telemetry.dialogue.repeats").integer,
            execution=seconds("execution"),
            greeting=tuple(str(cn) for cn in book.rule("telemetry.dialogue.greeting").value),
            rtd_bounds=(int(low), int(high)),
            min_values=tuple(int(n) for n in book.rule("telemetry.dialogue.min_interval").value),
            clock_off=seconds("clock_off"),
            clock_back=seconds("clock_back"),
            calibration_every=seconds("calibration_every"),
        )
