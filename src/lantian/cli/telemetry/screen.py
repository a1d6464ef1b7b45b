"""`lantian telemetry screen`: which devices send what cannot be true, with evidence."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lantian.cli.telemetry.options import DATA, FORM, SHANGHAI, Instant, local
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.lake.reading import Moment
    from lantian.telemetry.store import Line
    from lantian.telemetry.truth import Score

_DAYS = 30


@click.command()
@DATA
@click.option("--mn", "devices", multiple=True, help="Only this device; may be given again.")
@click.option("--from", "since", type=Instant(), help="From this local day or time; 30 days before the end.")
@click.option("--to", "until", type=Instant(), help="Up to this local day (whole) or time; the last data.")
@click.option("--limit", "limits", multiple=True, metavar="FACTOR=MG", help="Limit, such as a21026=35.")
@click.option("--reference-o2", type=float, help="Reference oxygen of the outlet, in %.")
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), help="Write flagged ones as SVG."
)
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@FORM
def screen(
    data: Path,
    *,
    devices: tuple[str, ...],
    since: Moment | None,
    until: Moment | None,
    limits: tuple[str, ...],
    reference_o2: float | None,
    pictures: Path | None,
    language: str,
    form: str,
) -> None:
    """Which devices send what cannot be true: a line a device and screen. A score is a lead, not a finding.

    \b
    lantian telemetry screen --data office --from 2026-11-01 --to 2026-11-30
    lantian telemetry screen --data office --mn M1 --limit a21002=50 --reference-o2 6 --pictures leads
    """
    from lantian.telemetry.store import Line
    from lantian.telemetry.truth import Said, screen_all
    from lantian.telemetry.truth.gathering import Outlet, case_of
    from lantian.telemetry.truth.svg import svg

    outlet = Outlet(limits=_limits(limits), reference_o2=reference_o2)
    line = Line.open(data)
    out: list[dict[str, Any]] = []
    try:
        names = list(devices) or sorted(device.mn for device in line.devices.all()) or _places(line)
        if not names:
            raise LantianError("nothing is stored", where=str(data), remedy="Load packets or listen first.")
        for mn in names:
            begin, end = _period(line, mn, since, until)
            if begin is None or end is None:
                out.append({"mn": mn, "scores": [], "text": "no data"})
                continue
            scores = screen_all(case_of(line, mn, begin, end, outlet))
            out.append({"mn": mn, "from": begin, "to": end, "scores": scores})
            if pictures is not None:
                pictures.mkdir(parents=True, exist_ok=True)
                for score in scores:
                    if score.picture is not None:
                        text = svg(score.picture, lang=language)
                        (pictures / f"{_file(mn)}-{score.code}.svg").write_text(text, encoding="utf-8")
    finally:
        line.close()
    if form == "json":
        click.echo(
            json.dumps(
                {"lead": Said("lead").text(language), "devices": [_plain(one, language) for one in out]},
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    for one in out:
        click.echo("\n".join(_lines(one, language)))
    click.echo(Said("lead").text(language))


def _places(line: Line) -> list[str]:
    """The devices of stored data, where no register names them."""
    places: list[str] = line.values(cns=["2051", "2061"], fields=["Avg"])["place"].unique().to_pylist()
    return sorted(places)


def _limits(texts: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for text in texts:
        code, _, number = text.partition("=")
        try:
            found[code.strip()] = float(number)
        except ValueError as error:
            raise LantianError(f"'{text}' is no limit", remedy="Write a21026=35.") from error
    return found


def _period(
    line: Line, mn: str, since: Moment | None, until: Moment | None
) -> tuple[datetime | None, datetime | None]:
    """The period as instants, the end excluded: what was asked, or the last thirty days of data."""
    end = _instant(until, whole_day=True)
    if end is None:
        known = line.devices.get(mn)
        last = known.last_data_time if known is not None else None
        if last is None:
            times = line.values(places=[mn], cns=["2051", "2061"])["time"]
            last = max((time for time in times.to_pylist() if time is not None), default=None)
        if last is None:
            return None, None
        day = last.astimezone(SHANGHAI).date() + timedelta(days=1)
        end = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    return _instant(since, whole_day=False) or end - timedelta(days=_DAYS), end


def _instant(moment: Moment | None, *, whole_day: bool) -> datetime | None:
    if moment is None or isinstance(moment, datetime):
        return moment
    day = moment + timedelta(days=1) if whole_day else moment
    return _midnight(day)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


def _file(mn: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in mn)


def _plain(one: dict[str, Any], language: str) -> dict[str, Any]:
    scores: list[Score] = one["scores"]
    return {
        **{name: value.isoformat() if isinstance(value, datetime) else value for name, value in one.items()},
        "scores": [score.as_dict(language) for score in scores],
    }


def _lines(one: dict[str, Any], language: str) -> list[str]:
    if not one["scores"]:
        return [f"{one['mn']}  {one['text']}"]
    out = [f"{one['mn']}  {local(one['from'])[:16]} .. {local(one['to'])[:16]}"]
    scores: list[Score] = one["scores"]
    for score in sorted(scores, key=lambda score: -(score.score if score.score is not None else -1.0)):
        told = "  -  " if score.score is None else f"{score.score:.2f}{'!' if score.flagged else ' '}"
        when = ""
        if score.when:
            when = f"  [{local(score.when[0][0])[:16]} .. {local(score.when[-1][1])[:16]}]"
        out.append(f"  {told:>5}  {score.code:<19} {score.said.text(language)}{when}")
    return out
