"""Outlooks and back-tests as the command line shows them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from lantian.cli.tables import shown, width

if TYPE_CHECKING:
    from lantian.ambient.outlook import Outlook
    from lantian.ambient.outlook.backtest import Trial
    from lantian.ambient.outlook.result import Needs

Row = Sequence[str]


def answers(found: Sequence[Outlook], form: str) -> str:
    """Outlooks as a block of lines each, or as JSON."""
    if form == "json":
        return json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=1)
    return "\n\n".join(_block(each) for each in found)


def _block(one: Outlook) -> str:
    from lantian.ambient.marks import describe
    from lantian.ambient.outlook import say
    from lantian.glossary import term

    target = one.target
    label = term(target.indicator).label("en")
    goal = f" {target.text}" if target.text else ""
    unit = f" {one.unit}" if one.unit else ""
    lines = [
        f"{one.name or one.place}  {label}{goal}{unit if goal else ''}  {target.period.label}, "
        f"known to {one.as_of_day} ({one.days_known} days, {one.days_remaining} to come)"
    ]
    if one.to_date is not None:
        lines.append(f"  to date        {one.to_date}{unit}")
    if one.why:
        return "\n".join([*lines, f"  not computable: {say(one.why)}"])
    if one.probability is not None and one.probability_interval:
        low, high = (_percent(edge) for edge in one.probability_interval)
        settled = {True: "  (settled: attained)", False: "  (settled: missed)"}
        sure = f"  (90 % interval {low} to {high})" if one.decided is None else settled[one.decided]
        lines.append(f"  probability    {_percent(one.probability)}{sure}")
    if one.final and one.days_remaining:
        spans = ", ".join(f"{p} % {low} to {high}" for p in (50, 80, 95) for low, high in [one.interval(p)])
        lines.append(f"  final figure   {one.final['50']}{unit} in the middle; {spans}")
    lines += _needs(one.needs, unit, target.indicator)
    if one.past_years:
        years = ", ".join(f"{y.label}: {shown(y.to_date)} then, {shown(y.final)} in the end"
                          for y in one.past_years)  # fmt: skip
        lines.append(f"  past years     {years}")
    notes = [say(code) for code in one.assumptions] + [describe(mark) for mark in one.marks]
    return "\n".join([*lines, "  assumed: " + "; ".join(notes)])


def _percent(value: float) -> str:
    return f"{100 * value:.0f} %" if 0.01 <= value <= 0.99 else f"{100 * value:.2f} %"


def _needs(needs: Needs, unit: str, indicator: str) -> list[str]:
    lines = []
    if needs.mean is not None:
        usual = f" (past years {needs.past_mean})" if needs.past_mean is not None else ""
        lines.append(f"  must hold      {needs.mean}{unit} on the remaining days{usual}")
        lines += [
            f"    {month.month}      {shown(month.mean)} on {month.days} days"
            f" (past years {shown(month.past)})"
            for month in needs.months
            if month.mean is not None
        ]
    if needs.days is not None:
        lines.append(f"  remaining      {_days(needs, unit, indicator)}")
    if needs.factor is not None:
        change = (needs.factor - 1) * 100
        lines.append(f"  that is        past years' days times {needs.factor} ({change:+.0f} %)")
    if needs.index_line is not None:
        lines.append(f"  line           an index of {needs.index_line} would do, in the middle case")
    return lines


def _days(needs: Needs, unit: str, indicator: str) -> str:
    number = needs.days or 0
    if indicator.startswith("good"):
        return f"{number} good days must still come" if number > 0 else "no more good day is needed"
    kind = f"days above {needs.level}{unit}" if needs.level is not None else "heavy days"
    return f"{number} {kind} may still come" if number >= 0 else f"{-number} {kind} too many already"


def trials(found: Sequence[Trial], form: str) -> str:
    """Back-tests as tables, Markdown tables or JSON."""
    if form == "json":
        return json.dumps([_record(trial) for trial in found], ensure_ascii=False, indent=1)
    blocks = []
    for trial in found:
        title = f"{trial.name}: {len(trial.places)} places, years {', '.join(trial.years)}, "
        title += f"{trial.cases.count:,} probabilities"
        tables = (_months(trial), _deciles(trial), _intervals(trial))
        if form == "markdown":
            body = "\n\n".join(_markdown(table) for table in tables)
            blocks.append(f"### {title}\n\n{body}\n\n{_verdict(trial)}")
        else:
            body = "\n\n".join(_plain(table) for table in tables)
            blocks.append(f"{title}\n\n{body}\n\n{_verdict(trial)}")
    return "\n\n".join(blocks)


def _verdict(trial: Trial) -> str:
    from lantian.ambient.outlook import scores

    cases = trial.cases
    better = "better" if scores.beats_climatology(cases) else "NOT better"
    close = "Calibrated" if scores.is_calibrated(cases) else "NOT calibrated"
    numbers = sorted(set(cases.year.tolist()))
    worst = [f"{trial.years[n - 1]} {scores.worst_decile(cases.only(cases.year == n)):.3f}" for n in numbers]
    return (
        f"From month {scores.FROM_MONTH} on {better} than climatology in every month. {close} within "
        f"{scores.ALLOWED} in every tenth with {scores.ENOUGH} cases or more (worst "
        f"{scores.worst_decile(cases):.3f}; within single years {', '.join(worst)})."
    )


def _months(trial: Trial) -> list[Row]:
    from lantian.ambient.outlook.scores import by_month

    return [
        ("months known", "cases", "Brier score", "climatology", "skill", "known + past years"),
        *((str(m.month), f"{m.cases:,}", f"{m.brier:.3f}", f"{m.climatology:.3f}", f"{m.skill:+.2f}",
           f"{m.continued:.3f}")
          for m in by_month(trial.cases)),
    ]  # fmt: skip


def _deciles(trial: Trial) -> list[Row]:
    from lantian.ambient.outlook.scores import reliability

    return [
        ("probability", "cases", "said", "came", "off"),
        *((f"{d.low:.1f} to {d.low + 0.1:.1f}", f"{d.cases:,}", f"{d.said:.3f}", f"{d.came:.3f}",
           f"{d.off:+.3f}") for d in reliability(trial.cases)),
    ]  # fmt: skip


def _intervals(trial: Trial) -> list[Row]:
    from lantian.ambient.outlook.scores import coverage

    return [
        ("interval", "final figures inside"),
        *((f"{level} %", f"{100 * share:.1f} %") for level, share in coverage(trial.covered).items()),
    ]


def _plain(table: Sequence[Row]) -> str:
    widths = [max(width(row[at]) for row in table) for at in range(len(table[0]))]
    return "\n".join(
        "  ".join(" " * (widths[at] - width(cell)) + cell for at, cell in enumerate(row)) for row in table
    )


def _markdown(table: Sequence[Row]) -> str:
    lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([lines[0], f"|{'--:|' * len(table[0])}", *lines[1:]])


def _record(trial: Trial) -> dict[str, object]:
    from lantian.ambient.outlook.scores import (
        beats_climatology,
        by_month,
        coverage,
        is_calibrated,
        reliability,
    )

    return {
        "name": trial.name,
        "places": len(trial.places),
        "years": list(trial.years),
        "cases": trial.cases.count,
        "months": [
            {"month": m.month, "cases": m.cases, "brier": round(m.brier, 5),
             "climatology": round(m.climatology, 5), "skill": round(m.skill, 4),
             "known_and_past_years": round(m.continued, 5)}
            for m in by_month(trial.cases)
        ],
        "deciles": [
            {"from": round(d.low, 1), "cases": d.cases, "said": round(d.said, 4), "came": round(d.came, 4),
             "enough": d.enough}
            for d in reliability(trial.cases)
        ],
        "intervals": {str(level): round(share, 4) for level, share in coverage(trial.covered).items()},
        "better_than_climatology": beats_climatology(trial.cases),
        "calibrated": is_calibrated(trial.cases),
    }  # fmt: skip
