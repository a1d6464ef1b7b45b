"""What a screen answers: a score, in words, with the rows and the picture behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from lantian.rulebook import Rule
from lantian.telemetry.truth.case import Case
from lantian.telemetry.truth.picture import Picture
from lantian.telemetry.truth.rules import Rules
from lantian.telemetry.truth.words import Said

if TYPE_CHECKING:
    from lantian.telemetry.truth.view import View

FLAGGED = 0.5
"""The score where a measure reaches its threshold."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of evidence: when, what was read there, and why it counts.

    `until` is the end of the stretch (exclusive), the same as `time` for an instant.
    """

    time: datetime
    until: datetime
    values: Mapping[str, float | None]
    why: Said

    def as_dict(self, language: str = "zh") -> dict[str, Any]:
        """The row for a machine."""
        return {
            "time": self.time.isoformat(),
            "until": self.until.isoformat(),
            "values": dict(self.values),
            "why": self.why.text(language),
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the inside of a screen hands back; `Screen` makes the score of it.

    Parameters
    ----------
    measure
        how far the rule is broken, in any unit; None: the input tells nothing
    at
        the measure from which the device is flagged
    said
        the finding, or the reason why there is none
    """

    measure: float | None
    at: float
    said: Said
    when: tuple[tuple[datetime, datetime], ...] = ()
    evidence: tuple[Row, ...] = ()
    picture: Picture | None = None


def unknown(reason: str, **words: Any) -> Verdict:
    """The input tells nothing, and why: a key of `reasons` in words.yaml."""
    return Verdict(None, 1.0, Said(f"reasons.{reason}", words))


@dataclass(frozen=True, slots=True)
class Score:
    """The answer of a screen about a device and a period. A lead for an inspector, never a finding.

    Parameters
    ----------
    code
        the screen
    score
        0..1, 0.5 where the threshold of the rule is reached; None where the input tells nothing (`said` why)
    flagged
        whether the threshold is reached
    said
        the answer in words: `said.text("zh")`, `said.text("en")`
    measure, at
        what was measured and the threshold, in the unit of the screen's rule
    when
        the stretches that are suspect, UTC, ends exclusive
    evidence
        rows to look up
    picture
        data of a picture, drawn by `truth.svg`
    rule
        the threshold's entry in the rulebook: document, clause, whether verified
    """

    code: str
    score: float | None
    flagged: bool
    said: Said
    measure: float | None
    at: float
    rule: Rule
    when: tuple[tuple[datetime, datetime], ...] = ()
    evidence: tuple[Row, ...] = ()
    picture: Picture | None = field(default=None, repr=False)

    def as_dict(self, language: str = "zh", *, picture: bool = False) -> dict[str, Any]:
        """The score for a machine; with its picture's data when asked."""
        found: dict[str, Any] = {
            "code": self.code,
            "name": Said(f"screens.{self.code}.name").text(language),
            "score": None if self.score is None else round(self.score, 4),
            "flagged": self.flagged,
            "text": self.said.text(language),
            "measure": None if self.measure is None else float(f"{self.measure:.6g}"),
            "at": self.at,
            "unit": self.rule.unit,
            "rule": self.rule.path,
            "rule_verified": self.rule.verified,
            "when": [[since.isoformat(), until.isoformat()] for since, until in self.when],
            "evidence": [row.as_dict(language) for row in self.evidence],
        }
        if picture:
            found["picture"] = None if self.picture is None else self.picture.as_dict(language)
        return found


@dataclass(frozen=True, slots=True)
class Screen:
    """One question put to a device.

    Parameters
    ----------
    code
        its name in rules, words and pages
    judge
        the pure function behind it: a prepared case and its rule's numbers to a verdict
    """

    code: str
    judge: Callable[[View, Mapping[str, float]], Verdict]

    @property
    def question(self) -> Said:
        """What it asks, in words."""
        return Said(f"screens.{self.code}.question")

    @property
    def name(self) -> Said:
        """What it is called."""
        return Said(f"screens.{self.code}.name")

    @property
    def rule(self) -> str:
        """Its path in the rulebook."""
        return f"telemetry.truth.{self.code}"

    def run(self, case: Case, *, rules: Rules | None = None) -> Score:
        """Ask the question of a case.

        Parameters
        ----------
        case
            a device over days
        rules
            thresholds; None: the packaged ones on the day the case begins
        """
        from lantian.telemetry.truth.view import View

        return self.score(View(case, rules or Rules.of(case)))

    def score(self, view: View) -> Score:
        """Ask it of a case already prepared, as `screen_all` does for all screens at once."""
        rule = view.rules.rule(self.code)
        verdict = self.judge(view, view.rules.table(self.code))
        if verdict.measure is None:
            return Score(self.code, None, False, verdict.said, None, verdict.at, rule)
        measure = max(0.0, float(verdict.measure))
        flagged = measure >= verdict.at
        score = 1.0 if measure == float("inf") else measure / (measure + verdict.at)
        if not flagged:
            return Score(self.code, score, False, Said("nothing"), measure, verdict.at, rule)
        return Score(
            self.code, score, True, verdict.said, measure, verdict.at, rule,
            verdict.when, verdict.evidence, verdict.picture,
        )  # fmt: skip
