"""What `lantian rank` prints: one table, JSON list or CSV per question, with the same names in all three."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from lantian.cli.tables import Column, View, shown
from lantian.errors import LantianError

if TYPE_CHECKING:
    from lantian.ambient.ranking import (
        ChangeRanking,
        Compared,
        Distance,
        Line,
        LinePoint,
        OfficialList,
        Ranking,
        Reductions,
    )
    from lantian.rulebook import Rule

Cell = Decimal | int | str | bool | None
TEXT = {"name", "group", "marks", "why", "holders", "explanations", "item", "verdict", "floor_at", "period"}
OBSCURE = 12
"""So many names without data are written out; more are counted."""


Row = dict[str, Cell]


def view(title: str, rows: Sequence[Row], notes: Sequence[str]) -> View:
    """A view whose three forms have the same names, those of the rows."""
    columns = [Column(key, key, left=key in TEXT) for key in (rows[0] if rows else ())]
    cells = [{key: _shown(cell) for key, cell in row.items()} for row in rows]
    return View(title, columns, cells, rows, notes=notes)


def _kept(ranking: Ranking | ChangeRanking, places: Sequence[str]) -> set[tuple[str, str]] | None:
    """Which members to show; None for all.

    Raises
    ------
    LantianError
        a place that is not in the pool
    """
    wanted = set()
    for place in places:
        row = ranking.row(place)
        if row is None:
            raise LantianError(f"'{place}' is not in the pool '{ranking.pool.key}'", remedy="Check its name.")
        wanted.add((row.member.group, row.name))
    return wanted or None


def _only(ranking: Ranking | ChangeRanking, places: Sequence[str], rows: Iterable[Row]) -> list[Row]:
    kept = _kept(ranking, places)
    return [row for row in rows if kept is None or (row["group"], row["name"]) in kept]


def of_ranking(ranking: Ranking, places: Sequence[str] = ()) -> View:
    """A ranking, best first."""
    marks = [set(row.marks) for row in ranking.rows if row.evaluation]
    common = set.intersection(*marks) if marks else set()
    rows = tuple(
        {
            "rank": row.rank,
            "from_worst": row.from_worst,
            "lowest": row.lowest if ranking.provisional else row.rank,
            "tied": row.tied if row.tied > 1 else None,
            "name": row.name,
            "group": row.member.group,
            ranking.by: row.value,
            "why": row.why or "",
            "marks": " ".join(mark for mark in row.marks if mark not in common),
        }
        for row in ranking.rows
    )
    return view(
        _title(ranking), _only(ranking, places, rows), (*_pool_notes(ranking), *_rule_notes(ranking.rules))
    )


def of_change(ranking: ChangeRanking, places: Sequence[str] = ()) -> View:
    """A ranking by change, most improved first."""
    rows = tuple(
        {
            "rank": row.rank,
            "from_worst": row.from_worst,
            "name": row.name,
            "group": row.member.group,
            f"{ranking.by}_then": row.then,
            ranking.by: row.value,
            "change_percent": row.change,
            "left_out": "yes" if row.left_out else "",
            "why": row.why or "",
        }
        for row in ranking.rows
    )
    notes = [f"change against {ranking.against.label}, both sides under {ranking.regime}"]
    if ranking.left_out:
        notes.append("left_out: all six items attain grade 2, so the place is not among the worsening ones")
    if ranking.missing:
        notes.append(f"without a change: {_listed(ranking.missing)}")
    return view(_title(ranking), _only(ranking, places, rows), (*notes, *_rule_notes(ranking.rules)))


def of_distance(ranking: Ranking, to: Distance, lowered: Reductions | None) -> View:
    """How far a place stands from a line, and by what it gets there."""
    place = f"{to.place.name}: {to.place.value}, rank {to.place.rank}, {to.place.from_worst} from the worst"
    held = f"the line {to.line.label} is held by {_listed(to.holders)} with {to.line_value}"
    if to.met:
        state = f"met; it may rise by {to.spare} and still be (to {to.needed})"
    else:
        state = f"not met: {to.needed} is needed, {to.gap} less"
    title = "\n".join((_title(ranking), "", place, held, state))
    notes = [*_pool_notes(ranking)]
    rows: tuple[dict[str, Cell], ...]
    if lowered is None:
        rows = (
            {
                "name": to.place.name, "line": to.line.label, "met": to.met, "value": to.place.value,
                "line_value": to.line_value, "needed": to.needed, "gap": to.gap, "spare": to.spare,
                "holders": "、".join(to.holders),
            },
        )  # fmt: skip
        return view(title, rows, (*notes, *_rule_notes(ranking.rules)))
    rows = tuple(
        {
            "item": own.item, "present": own.present, "needed": own.needed, "by": own.by, "unit": own.unit,
            "percent": own.percent, "verdict": own.verdict, "floor": own.floor,
            "floor_at": "、".join(own.floor_at),
            "index_needed": to.needed, "index_gap": to.gap,
        }
        for own in lowered.alone
    )  # fmt: skip
    alone = "no pollutant alone gets there above its floor"
    if lowered.cheapest:
        alone = f"cheapest alone: {lowered.cheapest}"
    together = (
        "all six together cannot" if lowered.together is None else f"all six by {lowered.together} % each"
    )
    return view(title, rows, (alone, together, *notes, *_rule_notes((*ranking.rules, *lowered.rules))))


def of_points(ranking: Ranking, place: str, line: Line, points: Sequence[LinePoint]) -> View:
    """The distance to a line after each month."""
    rows = tuple(
        {
            "period": point.period.label, "value": point.value, "rank": point.rank,
            "from_worst": point.from_worst, "line_value": point.line_value, "gap": point.gap,
            "holders": "、".join(point.holders), "missing": point.missing, "why": point.why or "",
        }
        for point in points
    )  # fmt: skip
    title = f"{_title(ranking)}\n\n{place} to {line.label}; gap above 0: so much too high"
    return view(title, rows, _rule_notes(ranking.rules))


def of_official(
    ranking: Ranking, official: OfficialList, compared: Sequence[Compared], places: Sequence[str] = ()
) -> View:
    """Ours and theirs side by side."""
    from lantian.ambient.ranking.comparing import MEANINGS

    rows = tuple(
        {
            "name": row.name,
            "group": row.ours.member.group if row.ours else "",
            "our_rank": row.our_rank,
            "their_rank": row.their_rank,
            "counted_from": "worst" if row.theirs and row.theirs.from_worst else "best",
            f"our_{ranking.by}": row.ours.value if row.ours else None,
            f"their_{ranking.by}": row.theirs.values.get(ranking.by) if row.theirs else None,
            "difference": row.value_difference,
            "explanations": "; ".join(
                " ".join((own.code, *(f"{key}={value}" for key, value in own.numbers.items())))
                for own in row.explanations
            ),
        }
        for row in compared
    )
    codes = dict.fromkeys(own.code for row in compared for own in row.explanations)
    notes = [f"{code}: {MEANINGS[code]}" for code in codes]
    notes += [f"not read from the list: {refusal.line}" for refusal in official.refusals]
    same = sum(row.same for row in compared)
    title = f"{_title(ranking)}\nbeside {official.name}: {same} of {len(compared)} the same"
    shown_rows = _only(ranking, places, rows)
    return view(title, shown_rows, (*notes, *_pool_notes(ranking), *_rule_notes(ranking.rules)))


def _title(ranking: Ranking | ChangeRanking) -> str:
    return "  ".join(
        (
            ranking.period.label,
            ranking.pool.zh,
            ranking.by,
            ranking.regime,
            f"data version {ranking.data_version}",
        )
    )


def _pool_notes(ranking: Ranking) -> list[str]:
    notes = []
    absent = len(ranking.missing) + ranking.unknown
    if ranking.missing:
        notes.append(
            f"not computable for the whole pool: {len(ranking.missing)} of {ranking.pool.size} without data: "
            f"{_listed(ranking.missing)}; ranks are among the others, the true one lies up to {absent} lower"
        )
    if ranking.unknown or not ranking.pool.complete:
        notes.append(
            f"the pool is not known in full: {len(ranking.pool.members)} members of {ranking.pool.size} named"
        )
    if ranking.ambiguous:
        notes.append(f"not ranked, the name fits several members: {_listed(ranking.ambiguous)}")
    if ranking.outside and ranking.pool.key != "all":
        notes.append(f"{len(ranking.outside)} places of the store are not in the pool")
    return notes


def _rule_notes(rules: Sequence[Rule]) -> tuple[str, ...]:
    unverified = {rule.path: rule for rule in rules if not rule.verified}
    return tuple(f"not verified: {path} ({rule.citation})" for path, rule in unverified.items())


def _listed(names: Sequence[str]) -> str:
    shown = "、".join(names[:OBSCURE])
    return f"{shown} and {len(names) - OBSCURE} more" if len(names) > OBSCURE else shown


def _shown(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    return shown(cell)
