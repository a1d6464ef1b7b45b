"""A province of simulated plants: true and forged, as cases, tables, packets or live connections.

Everything here is made up and says so; no plant, name or number is a real one.

- `plants`      what there is: processes, outlets, loggers
- `simulation`  `simulate`: one outlet over days, as the screens' `Case`
- `forging`     the kinds of forgery a plant may commit
- `messages`    `packets`: what the logger of a case would have sent
- `tables`      `table`: the same as rows of `values.VALUES`, without packets
- `sites`       dust sites and ambient micro-stations
- `transport`   what goes wrong between a logger and the host
- `cast`        who speaks in a live run, and what
- `live`        many loggers in one process, speaking to a host
"""

from lantian.telemetry.simulator.plants import Plant, Process, processes, province
from lantian.telemetry.simulator.simulation import simulate

__all__ = ["Plant", "Process", "processes", "province", "simulate"]
