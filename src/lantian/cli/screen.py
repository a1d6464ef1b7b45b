"""`lantian screen` and `lantian review`: what looks wrong in a store, and what people decide about it."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lantian.cli.tables import FORMS, Column, View
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.capture import Capture, CaptureReport
    from lantian.ambient.reviews import Review
    from lantian.ambient.screens import ScreenReport, Suspicion
    from lantian.lake import Lake

KINDS = ("ambient_station_hour", "ambient_city_hour")
STORE = click.option(
    "--store", required=True, type=click.Path(path_type=Path), help="Folder the hours were imported into."
)
KIND = click.option(
    "--kind",
    type=click.Choice(KINDS),
    help="What is looked at; without it stations, or cities if there are none.",
)
SINCE = click.option(
    "--since", type=click.DateTime(["%Y-%m-%d"]), help="First day; without it the first there is."
)
UNTIL = click.option(
    "--until", type=click.DateTime(["%Y-%m-%d"]), help="Last day; without it the last there is."
)
LOCAL = timedelta(hours=8)


@dataclass(frozen=True)
class Asked:
    """What was asked on the command line, read."""

    lake: Lake
    kind: str
    since: date | None = None
    until: date | None = None
    places: tuple[str, ...] = ()
    as_of: int | None = None


@click.command()
@STORE
@KIND
@SINCE
@UNTIL
@click.option("--place", "places", multiple=True, help="Only this place; may be given again.")
@click.option("--code", "codes", multiple=True, help="Only suspicions of this code; may be given again.")
@click.option("--as-of", type=int, help="The store as it was at this version.")
@click.option("--capture", "rates", is_flag=True, help="Capture and online rates instead of suspicions.")
@click.option("--format", "form", type=click.Choice(FORMS), default="table", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="Write the answer to a file.")
def screen(
    *,
    store: Path,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    places: tuple[str, ...],
    codes: tuple[str, ...],
    as_of: int | None,
    rates: bool,
    form: str,
    out: Path | None,
) -> int:
    """Screen hourly data: what looks wrong, and the evidence for it. Nothing is changed.

    \b
    lantian screen --store air
    lantian screen --store air --since 2020-03-27 --until 2020-04-07 --format json --out found.json
    lantian review --store air found.json --void stopped --reason "site closed" --actor "Li"
    lantian screen --store air --capture
    """
    from lantian.lake import Lake

    lake = Lake.open(store)
    chosen = kind or _kind_in(lake)
    asked = Asked(lake, chosen, _day(since), _day(until), places, as_of)
    view = _rates(asked) if rates else _suspicions(_found(asked), codes)
    if out is None:
        click.echo(view.text(form))
        return 0
    out.write_text(view.text(form) + "\n", encoding="utf-8-sig" if form == "csv" else "utf-8")
    click.echo(f"{view.title}; written to {out}", err=True)
    return 0


def _kind_in(lake: Lake) -> str:
    held = [kind for kind in KINDS if kind in lake.kinds()]
    if not held:
        raise LantianError("the store holds no hours", remedy="Import hourly data into it first.")
    return held[0]


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _found(asked: Asked) -> ScreenReport:
    from lantian.ambient.screens import screen as look

    return look(
        asked.lake,
        kind=asked.kind,
        since=asked.since,
        until=asked.until,
        places=asked.places or None,
        as_of=asked.as_of,
        progress=_progress if sys.stderr.isatty() else None,
    )


def _progress(line: str) -> None:
    click.echo(line, err=True)


# -- suspicions


def _suspicions(report: ScreenReport, codes: tuple[str, ...]) -> View:
    from lantian.ambient.screens import CODES

    unknown = [code for code in codes if code not in CODES]
    if unknown:
        raise LantianError(f'"{unknown[0]}" is not a code', remedy=f"Codes are {', '.join(CODES)}.")
    kept = [s for s in report.suspicions if not codes or s.code in codes]
    title = (
        f"{report.kind}, {_local(report.since)} to {_local(report.until)}, version {report.data_version}: "
        f"{len(kept)} suspicions about {report.places} places"
    )
    counts = ", ".join(f"{code} {n}" for code, n in report.counts.items() if not codes or code in codes)
    notes = [f"found: {counts}" if counts else "nothing looks wrong"]
    if report.dead:
        notes.append(f"{len(report.dead)} places did not live in the whole span")
    if report.reviewed:
        notes.append(f"{report.reviewed} more are settled by reviews")
    if report.unverified:
        notes.append("thresholds are ours, not a standard's: rules ambient.screens.*, verified: false")
    columns = (
        Column("code", "code", left=True),
        Column("place", "place", left=True),
        Column("items", "items", left=True),
        Column("since", "since", left=True),
        Column("until", "until", left=True),
        Column("hours", "hours"),
        Column("text", "what", left=True),
    )
    cells = [
        {
            "code": s.code,
            "place": s.place or "(feed)",
            "items": " ".join(s.items) if len(s.items) < 6 else "all",
            "since": _local(s.since),
            "until": _local(s.until),
            "hours": str(s.hours),
            "text": s.text,
        }
        for s in kept
    ]
    return View(title, columns, cells, [s.as_dict() for s in kept], [_flat(s) for s in kept], notes)


def _flat(s: Suspicion) -> dict[str, object]:
    names = (
        "key",
        "kind",
        "code",
        "place",
        "name",
        "city",
        "items",
        "since",
        "until",
        "hours",
        "certain",
        "text",
    )
    body = s.as_dict()
    return {name: body[name] for name in names}


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(UTC) + LOCAL:%Y-%m-%d %H:%M}"


# -- rates


def _rates(asked: Asked) -> View:
    from lantian.ambient.capture import capture
    from lantian.ambient.period import Period

    held = asked.lake.span(asked.kind, as_of=asked.as_of)
    if held is None:
        raise LantianError(f"the store holds nothing of {asked.kind}", remedy="Import hours into it first.")
    first, last = (_day_of(moment) for moment in held)
    period = Period(asked.since or first, asked.until or last)
    report = capture(asked.lake, period, asked.kind, places=asked.places or None, as_of=asked.as_of)
    rows = [*report.places, *report.cities, report.total]
    columns = (
        Column("place", "place", left=True),
        Column("expected", "expected", "h"),
        Column("lost", "lost here", "h"),
        Column("online", "online", "%"),
        Column("capture", "capture", "%"),
        *(Column(item, item, "%") for item in report.total.items),
        Column("voided", "voided", "values"),
        Column("days", "valid days", "PM2.5"),
    )
    notes = ["capture: valid hours of those expected; online: hours with any value, voided ones included"]
    if report.total.lost:
        notes.append(
            "hours that the archive lost for nearly every place are left out of those expected (our rule)"
        )
    return View(
        _title(report), columns, [_cells(row) for row in rows], [row.as_dict() for row in rows], notes=notes
    )


def _day_of(moment: date) -> date:
    """The local day of an hour, by its end: an hour belongs to the day in which it ran."""
    if isinstance(moment, datetime):
        return (moment.astimezone(UTC) + timedelta(hours=7)).date()
    return moment


def _title(report: CaptureReport) -> str:
    return (
        f"{report.kind}, {_local(report.since)} to {_local(report.until)}, version {report.data_version}: "
        f"capture rate {report.total.capture_rate} %, online rate {report.total.online_rate} %"
    )


def _cells(row: Capture) -> dict[str, str]:
    rates = {item: str(row.rate(item)) if row.rate(item) is not None else "" for item in row.items}
    voided = sum(one.voided for one in row.items.values())
    return {
        "place": row.place or "total",
        "expected": f"{row.expected}",
        "lost": f"{row.lost}" if row.lost else "",
        "online": str(row.online_rate),
        "capture": str(row.capture_rate),
        **rates,
        "voided": f"{voided}" if voided else "",
        "days": f"{row.items['pm2_5'].days_valid}/{row.days}",
    }


# -- reviews


@click.command()
@STORE
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@KIND
@SINCE
@UNTIL
@click.option(
    "--void", "voided", multiple=True, metavar="CODE", help="Void what a screen found; may be repeated."
)
@click.option("--accept", "accepted", multiple=True, metavar="CODE", help="Accept what a screen found.")
@click.option("--place", "places", multiple=True, help="Only this place's suspicions; may be given again.")
@click.option("--reason", default="", help="Why; without it the text of the suspicion.")
@click.option("--actor", default="", help="Who decides.")
@click.option("--list", "listed", is_flag=True, help="Show the decisions the store holds.")
def review(
    *,
    store: Path,
    file: Path | None,
    kind: str | None,
    since: datetime | None,
    until: datetime | None,
    voided: tuple[str, ...],
    accepted: tuple[str, ...],
    places: tuple[str, ...],
    reason: str,
    actor: str,
    listed: bool,
) -> int:
    """Decide about suspect hours: accept, void or correct them. Every decision is a new version of the store.

    FILE is a table of decisions (CSV, .xlsx or .xls: 站点, 项目, 开始时间, 结束时间, 结论, 修正值, 理由,
    审核人), or a report of `lantian screen --format json`, of which --void and --accept take the codes.
    Without a file they take what a screen finds now. Figures are computed anew from what stands.

    \b
    lantian review --store air decisions.xlsx
    lantian review --store air --void stopped --reason "site closed" --actor "Li"
    """
    from lantian.ambient.reviews import apply_reviews, reviews_of
    from lantian.lake import Lake

    lake = Lake.open(store)
    chosen = kind or _kind_in(lake)
    if listed:
        known = [one.as_dict() | {"version": one.version} for one in reviews_of(lake, chosen)]
        click.echo(json.dumps(known, ensure_ascii=False, indent=1))
        return 0
    refused = 0
    if voided or accepted:
        if file is not None and file.suffix.lower() != ".json":
            raise LantianError(
                "--void and --accept take a report of `lantian screen --format json`",
                where=file.name,
                remedy="A table of decisions says its verdicts itself.",
            )
        found = _read(file) if file else _found(Asked(lake, chosen, _day(since), _day(until))).suspicions
        meant = [s for s in found if not places or s.place in places]
        reviews = _decide(meant, voided, accepted, reason=reason, actor=actor)
    elif file is not None:
        reviews, refused = _table(file, lake, chosen)
    else:
        raise LantianError(
            "nothing was decided", remedy="Give a file of decisions, --void CODE or --accept CODE."
        )
    if not reviews:
        click.echo("nothing to decide: the store stays as it is")
        return 1 if refused else 0
    commit = apply_reviews(lake, chosen, reviews, source=file.name if file else "screen")
    click.echo(
        f"{len(reviews)} decisions are version {commit.version}; {commit.details['changed']:,} rows changed"
    )
    return 0


def _decide(
    found: list[Suspicion], voided: tuple[str, ...], accepted: tuple[str, ...], *, reason: str, actor: str
) -> list[Review]:
    from lantian.ambient.reviews import reviews_from
    from lantian.ambient.screens import CODES

    for code in (*voided, *accepted):
        if code not in CODES:
            raise LantianError(f'"{code}" is not a code', remedy=f"Codes are {', '.join(CODES)}.")
    reviews = []
    for verdict, codes in (("void", voided), ("accept", accepted)):
        meant = [s for s in found if s.code in codes]
        reviews += reviews_from(meant, verdict, reason=reason, actor=actor)
    return reviews


def _read(file: Path) -> list[Suspicion]:
    from lantian.ambient.screens import Suspicion

    try:
        body = json.loads(file.read_text("utf-8-sig"))
        entries = body["suspicions"] if isinstance(body, dict) else body
        return [Suspicion.from_dict(entry) for entry in entries]
    except (ValueError, KeyError, TypeError) as error:
        raise LantianError(
            f"this is no report of a screen ({error})",
            where=file.name,
            remedy="Make one with `lantian screen --format json --out FILE`.",
        ) from error


def _table(file: Path, lake: Lake, kind: str) -> tuple[list[Review], int]:
    from lantian.ambient.review_sheet import read_reviews

    reviews, refusals = read_reviews(file, lake, kind)
    for refusal in refusals:
        click.echo(f"refused: {refusal.line}", err=True)
    return reviews, len(refusals)
