"""`lantian telemetry listen`: the port where sites connect."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.telemetry.server import Server, Settings

FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
PORT = click.IntRange(0, 65535)
LIMITS = {
    "max_connections": ("connections", "Connections open at the same time."),
    "max_per_address": ("connections_per_address", "Connections of one address."),
    "connects_per_minute": ("connects_per_minute", "New connections of one address a minute."),
    "max_devices": ("devices_per_connection", "Devices one connection may speak for; 1 forbids gateways."),
    "packets_per_minute": ("packets_per_minute", "Packets of one device a minute; more are read later."),
    "bytes_per_second": ("bytes_per_second", "Bytes of one connection a second; more are read later."),
    "packet_bytes": ("packet_bytes", "Longest data segment taken."),
    "queue": ("queue", "Packets waiting to be durable before nothing more is read."),
}
"""Option → limit and its line of help; defaults are those of `Limits`."""
SECONDS = {
    "greeting_seconds": ("greeting_seconds", "Until the first packet with a right password."),
    "frame_seconds": ("frame_seconds", "Until a packet that has begun is complete."),
    "idle_seconds": ("idle_seconds", "Without a byte."),
}
DEFAULTS = {
    "connections": 12_000, "connections_per_address": 12_000, "connects_per_minute": 60_000,
    "devices_per_connection": 64,
    "packets_per_minute": 60_000, "bytes_per_second": 4_194_304, "packet_bytes": 8192, "queue": 20_000,
    "greeting_seconds": 300.0, "frame_seconds": 20.0, "idle_seconds": 7200.0,
}  # fmt: skip
"""As `Limits` has them; a test holds the two together, so that `--help` need not import the server."""


def _limits(command: Any) -> Any:
    for names, kind in ((SECONDS, click.FloatRange(min=0, min_open=True)), (LIMITS, click.IntRange(min=1))):
        for option, (limit, words) in reversed(names.items()):
            name, default = f"--{option.replace('_', '-')}", DEFAULTS[limit]
            command = click.option(name, type=kind, default=default, show_default=True, help=words)(command)
    return command


@click.command()
@click.option("--data", required=True, type=click.Path(path_type=Path), help="Data folder; made when absent.")
@click.option("--host", default="0.0.0.0", show_default=True, help="Address to listen on.")  # noqa: S104 - sites
@click.option("--port", type=PORT, default=9212, show_default=True, help="0: a free one.")
@click.option(
    "--enrol",
    type=click.Choice(["known", "open"]),
    default="known",
    show_default=True,
    help="known: devices of the register only; open: a device is taken in by its first packet, unconfirmed.",
)
@click.option("--tls-cert", type=FILE, help="PEM: certificate with its chain.")
@click.option("--tls-key", type=FILE, help="PEM: its key.")
@click.option(
    "--tls-client-ca",
    type=FILE,
    help="PEM: only sites whose certificate this authority signed come in.",
)
@click.option(
    "--tls-port",
    type=PORT,
    help="Encrypted port beside the plain one; without it --port itself is encrypted.",
)
@click.option(
    "--vehicle-port", type=PORT, help="Port of heavy vehicles' terminals (HJ 1239); none without it."
)
@click.option("--metrics-host", default="127.0.0.1", show_default=True)
@click.option("--metrics-port", type=PORT, default=9213, show_default=True, help="/health, /metrics.")
@click.option("--no-metrics", is_flag=True, help="No page of health and metrics.")
@click.option("--device-metrics", is_flag=True, help="When each device was heard last, among the metrics.")
@click.option(
    "--greet",
    type=click.Choice(["never", "first", "always"]),
    default="never",
    show_default=True,
    help="Tell a site time, timeout and intervals when it connects.",
)
@click.option("--rtd-interval", type=int, help="[s] real-time interval of that greeting.")
@click.option("--min-interval", type=int, help="[min] minute interval of that greeting.")
@click.option("--answer-unflagged", is_flag=True, help="Answer packets of 2005 that have no Flag.")
@click.option(
    "--accept-clock", is_flag=True, help="Go on though the newest stored packet came later than it is now."
)
@click.option(
    "--no-compact", is_flag=True, help="Leave bringing closed days into Parquet to another process."
)
@_limits
def listen(**options: Any) -> int:
    """Serve the port where sites connect (HJ 212, three generations).

    A packet is acknowledged when it is durable, never before. Ends cleanly on SIGTERM and SIGINT.

    \b
    lantian telemetry listen --port 9212 --data office
    lantian telemetry listen --data office --enrol open
    curl http://127.0.0.1:9213/health
    """
    import asyncio
    import logging
    import sys

    from lantian.telemetry.server import Server
    from lantian.telemetry.server.tuning import tune
    from lantian.telemetry.store import Line

    logging.basicConfig(
        stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s", force=True
    )
    _give_way(options)
    settings = _settings(options)
    tune(settings.limits.connections)
    line = Line.open(options["data"], create=True)
    try:
        left = asyncio.run(_serve(Server(line, settings), options["vehicle_port"], not options["no_compact"]))
    finally:
        line.close()
    if left:
        raise LantianError(
            f"{left} packets could not be stored; none of them was acknowledged",
            remedy="Their sites send them again when the server is back.",
        )
    return 0


async def _serve(server: Server, vehicle_port: int | None, compacts: bool) -> int:
    import asyncio
    import signal

    from lantian.telemetry.server.nightly import Nightly

    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    await server.start()
    said = [f"listening on {server.settings.host} port {server.port}"]
    if server.tls_port is not None:
        said.append(f"encrypted on {server.tls_port}")
    if vehicle_port is not None:
        said.append(f"vehicles on {await _vehicles(server, vehicle_port)}")
    if server.metrics_port is not None:
        said.append(f"health on {server.settings.metrics_host} port {server.metrics_port}")
    click.echo(", ".join(said))
    nightly = Nightly(server.line)
    if compacts:
        nightly.start()
    await stopped.wait()
    await nightly.stop()
    return await server.stop()


def _give_way(options: dict[str, Any]) -> None:
    """A port of health that nobody asked for by number is no reason to let sites wait."""
    import logging

    from lantian.telemetry.server import ports

    source = click.get_current_context().get_parameter_source("metrics_port")
    if source != click.core.ParameterSource.DEFAULT or options["no_metrics"]:
        return
    host, port = options["metrics_host"], options["metrics_port"]
    if not ports.free(host, port):
        options["no_metrics"] = True
        logging.getLogger("lantian.telemetry.server").warning(
            "port %s of %s is taken: no page of health and metrics. --metrics-port gives another one",
            port,
            host,
        )


async def _vehicles(server: Server, port: int) -> int:
    from lantian.telemetry.server.vehicle import Vehicles

    vehicles = Vehicles(server.access, server.settings, server.steady)
    return await server.listen(vehicles, port, encrypted=server.settings.tls is not None)


def _settings(options: dict[str, Any]) -> Settings:
    from lantian.telemetry.server import Limits, Settings, Tls

    tls = None
    if options["tls_cert"] is not None:
        tls = Tls(options["tls_cert"], options["tls_key"], options["tls_client_ca"])
        tls.context()
    elif options["tls_key"] is not None or options["tls_client_ca"] is not None:
        raise LantianError("a key or an authority without a certificate", remedy="Give --tls-cert as well.")
    limits = {limit: options[option] for option, (limit, _) in (LIMITS | SECONDS).items()}
    return Settings(
        host=options["host"],
        port=options["port"],
        enrol=options["enrol"],
        tls=tls,
        tls_port=options["tls_port"],
        metrics_host=options["metrics_host"],
        metrics_port=None if options["no_metrics"] else options["metrics_port"],
        limits=Limits(**limits),
        greet=options["greet"],
        rtd_interval=options["rtd_interval"],
        min_interval=options["min_interval"],
        answer_unflagged=options["answer_unflagged"],
        accept_clock=options["accept_clock"],
        device_metrics=options["device_metrics"],
    )
