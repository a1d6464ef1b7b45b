"""A form out of a declaration: its inputs in sections, what was typed, what is wrong or asked beside each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from lantian.office.people.models import Unit
from lantian.office.people.scope import is_enterprise, is_outsider
from lantian.office.regions.models import Region
from lantian.office.registers.declaring.conditions import Condition
from lantian.office.registers.declaring.fields import Many
from lantian.office.registers.declaring.ledger import Ledger
from lantian.office.registers.reader import REGION, UNIT, Fault
from lantian.office.registers.writing.filing import token

PLACE = ("place", "lon", "lat")
LONG = 200  # from this many characters on a text gets several lines
YES, NO = "yes", "no"


@dataclass(slots=True)
class Input:
    """One input: `kind` says how it is drawn; `must` and `needed` how it is marked now."""

    name: str
    label: str
    kind: str
    unit: str = ""
    hint: str = ""
    source: str = ""
    value: str = ""
    values: list[str] = field(default_factory=list)
    number: str = ""
    choices: list[tuple[str, str]] = field(default_factory=list)
    most: int = 0
    must: bool = False
    needed: bool = False
    fixed: bool = False
    errors: list[str] = field(default_factory=list)
    questions: list[tuple[str, str, bool]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What stands in it, as a person reads it, where it can only be read."""
        labels = dict(self.choices)
        shown = self.values or [self.value]
        return "、".join(str(labels.get(one, one)) for one in shown if one) or "—"

    @property
    def wide(self) -> bool:
        """Whether it takes the whole row."""
        return self.kind in {"area", "many"} or self.name == "place"


@dataclass(slots=True)
class Section:
    """Inputs that belong together."""

    title: str
    inputs: list[Input]


@dataclass(slots=True)
class Form:
    """What a page shows: sections, and what concerns no input of it."""

    sections: list[Section]
    errors: list[str] = field(default_factory=list)
    questions: list[tuple[str, str, bool]] = field(default_factory=list)

    @property
    def inputs(self) -> list[Input]:
        """Every input."""
        return [one for section in self.sections for one in section.inputs]

    @property
    def wrong(self) -> list[Input]:
        """The inputs to be corrected, for the line above the form."""
        return [one for one in self.inputs if one.errors]

    @property
    def asked(self) -> list[Input]:
        """The inputs with a question nobody has answered."""
        return [one for one in self.inputs if any(not ticked for _token, _words, ticked in one.questions)]


def typed(ledger: Ledger, post: QueryDict, names: Iterable[str] | None = None) -> dict[str, Any]:
    """What a form says by field name, as the reader takes it: a chosen record by its number.

    Parameters
    ----------
    post
        as sent
    names
        the fields the form has; without it, every one that was sent
    """
    raw: dict[str, Any] = {}
    known = [one for one in (REGION, UNIT, *ledger.by_name) if names is None or one in names]
    for name in known:
        declared = ledger.by_name.get(name)
        if isinstance(declared, Many):
            if name in post or f"{name}-sent" in post:
                raw[name] = [value for value in post.getlist(name) if value]
        elif name in post:
            text = post[name]
            number, was = post.get(f"{name}-number", ""), post.get(f"{name}-was", "")
            raw[name] = f"#{number}" if number.isdecimal() and text and text == was else text
    return raw


def said(row: Any) -> dict[str, Any]:
    """What the form of a record says when nobody has typed yet, as `typed` would give it back."""
    raw: dict[str, Any] = {
        REGION: row.region.code if row.region_id else "",
        UNIT: str(row.unit_id or ""),
    }
    for one in row.ledger.fields:
        value = getattr(row, one._attribute)
        if one.is_relation:
            raw[one.name] = f"#{value}" if value else ""
        elif one.kind == "many":
            raw[one.name] = one.values_in(value)
        elif one.kind == "flag":
            raw[one.name] = "" if value is None else YES if value else NO
        elif one.kind in {"choice", "state"}:
            raw[one.name] = str(value or "")
        else:
            raw[one.name] = one.write(value)
    return raw


def new_lines(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as a browser sends them back: lines end in one sign."""
    return {
        name: value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
        for name, value in raw.items()
    }


def build(
    ledger: Ledger,
    person: Any,
    row: Any,
    raw: Mapping[str, Any],
    *,
    names: Iterable[str] | None = None,
    shown: Mapping[str, str] | None = None,
    faults: Iterable[Fault] = (),
    questions: Iterable[Fault] = (),
    answered: Iterable[str] = (),
) -> Form:
    """The form of a record.

    Parameters
    ----------
    row
        the record as read or as it stands: what is marked as needed follows from it
    raw
        what stands in the inputs, as of `typed` or `said`
    names
        the fields asked for; without it, every one
    shown
        for fields that name another record, the words in the input
    faults, questions, answered
        what is wrong, what is asked, and the tokens of the answers given
    """
    wanted = set(names) if names is not None else None
    outside = is_enterprise(person)
    # The people of an enterprise lie where it lies, and are in nobody else's charge.
    hidden = {REGION, UNIT} if outside else set()
    judging = not is_outsider(person)
    made: dict[str, Input] = {}
    for name in (REGION, UNIT, *ledger.by_name):
        declared = ledger.by_name.get(name)
        asked = name not in hidden and not getattr(declared, "computed", False)
        if asked and (wanted is None or name in wanted) and (ledger.placed or name not in PLACE):
            made[name] = (
                _place(name, ledger, person, row) if declared is None else _input(declared, row, person)
            )
            _fill(made[name], raw.get(name, ""), (shown or {}).get(name, ""))
            if declared is not None and not judging:
                set_before = name == "due" and row.pk is not None and row.due is not None
                _leave_to_the_office(made[name], declared, whole=declared.judged is True or set_before)
    form = Form([])
    for fault in faults:
        place = made[fault.field].errors if fault.field in made else form.errors
        place.append(fault.words)
    ticked = set(answered)
    for one in questions:
        line = (token(one), one.words, token(one) in ticked)
        (made[one.field].questions if one.field in made else form.questions).append(line)
    form.sections = _sections(ledger, made)
    return form


def asked_now(ledger: Ledger, row: Any) -> dict[str, str]:
    """By field, whether it is `required` or `needed` in the record as it stands now; "" for neither."""
    found = {}
    for one in ledger.fields:
        if _holds(one.required, row):
            found[one.name] = "required"
        else:
            found[one.name] = "needed" if _holds(one.needed, row) else ""
    return found


def _holds(asked: Any, row: Any) -> bool:
    return asked.holds(row) if isinstance(asked, Condition) else bool(asked)


def _input(one: Any, row: Any, person: Any) -> Input:
    made = Input(
        one.name,
        str(one.label),
        one.kind,
        unit=one.unit,
        hint=str(one.hint or ""),
        source=str(one.source or ""),
        must=_holds(one.required, row),
        needed=_holds(one.needed, row),
    )
    if one.kind in {"choice", "state", "many"}:
        made.choices = [(str(value), str(label)) for value, label in one.words.choices]
    elif one.kind == "flag":
        made.choices = [("", _("not told")), (YES, one.write(True)), (NO, one.write(False))]
    elif one.kind == "text":
        made.most = one.max_length
        made.kind = "area" if one.max_length > LONG else "text"
    if made.kind == "choice" and len(made.choices) <= 3:
        made.kind = "radio"
    return made


def _leave_to_the_office(made: Input, declared: Any, *, whole: bool) -> None:
    """Only shown where the whole field is for the office; else without the values that are."""
    if whole:
        made.fixed, made.must, made.needed = True, False, False
        made.hint = _("This is for the office to say.")
    else:
        made.choices = [one for one in made.choices if not declared.is_judged(one[0]) or one[0] == made.value]


def _place(name: str, ledger: Ledger, person: Any, row: Any) -> Input:
    """The inputs of region and unit: what the person sees, and what the record has."""
    if name == REGION:
        made = Input(REGION, _("Region"), "select", must=ledger.owner is None)
        seen = Region.objects.visible_to(person).exclude(level="province").defer("geometry").order_by("path")
        made.choices = [(one.code, "　" * max(0, one.path.count("/") - 2) + one.label) for one in seen]
        if ledger.owner is not None:
            made.hint = _("Left empty, it is the region of the enterprise.")
        current = (row.region.code, row.region.label) if row.region_id else None
    else:
        made = Input(UNIT, _("Unit in charge"), "select")
        units = Unit.objects.visible_to(person).exclude(kind="enterprise").select_related("region")
        made.choices = [
            (str(one.pk), f"{one.label}（{one.region.short_label}）" if one.region else one.label)
            for one in units.defer("region__geometry").order_by("region__path", "name")
        ]
        current = (str(row.unit_id), row.unit.label) if row.unit_id else None
    if current is not None and current[0] not in {value for value, _label in made.choices}:
        made.choices.append(current)
    return made


def _fill(made: Input, raw: Any, shown: str) -> None:
    if isinstance(raw, list):
        made.values = [str(value) for value in raw]
    elif made.kind in {"link", "owner"}:
        text = str(raw)
        chosen = text.startswith("#") and text[1:].isdecimal() and bool(shown)
        made.number, made.value = (text[1:], shown) if chosen else ("", text)
    else:
        made.value = str(raw)
        if made.choices and made.value not in {value for value, _label in made.choices}:
            # Written another way than the list has it, such as by an address: shown as it was understood.
            same = [value for value, label in made.choices if label.strip() == made.value]
            made.value = same[0] if same else made.value


def _sections(ledger: Ledger, made: Mapping[str, Input]) -> list[Section]:
    keys = [one.name for one in ledger.key]
    first = [*(["enterprise"] if ledger.owner else []), *(name for name in keys if name != "enterprise")]
    names = [name for name in ("name",) if name in made and name not in first]
    whose = [*names, *first, REGION, UNIT]
    state = ["status", *(["due"] if ledger.due is not None else [])]
    rest = [name for name in made if name not in {*whose, *state, *PLACE, "note"}]
    parts = (
        (_("What and where it belongs"), whose),
        (_("Particulars"), rest),
        (_("State and time limit") if ledger.due is not None else str(ledger.status.label), state),
        (_("Place"), list(PLACE)),
        (_("Remarks"), ["note"]),
    )
    found = [Section(title, [made[name] for name in names if name in made]) for title, names in parts]
    return [section for section in found if section.inputs]
