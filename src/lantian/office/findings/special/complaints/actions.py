"""Writes about complaints: taken in, moved on, a reward decided, the complainant's own word."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.evidence import PICTURES, Kept, clean_name, keep_content, kind_of
from lantian.office.dispatch.evidence import keep as keep_file
from lantian.office.findings import catalogue
from lantian.office.findings.actions import NewFinding, record_finding
from lantian.office.findings.models import Source
from lantian.office.findings.special.complaints import reporters
from lantian.office.findings.special.complaints.bare import bare
from lantian.office.findings.special.complaints.models import (
    Channel,
    Complaint,
    ComplaintFile,
    ComplaintState,
    Outcome,
)
from lantian.office.findings.special.complaints.reporters import Identity
from lantian.office.findings.special.complaints.sealing import fingerprint
from lantian.office.findings.special.rulings import rule
from lantian.office.frame import clock
from lantian.office.loops import move
from lantian.office.people.actions import record
from lantian.office.people.models import LogHead
from lantian.office.people.rules import Capability, can
from lantian.office.people.scope import region_root
from lantian.office.regions.models import Region

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # without what is taken for one another
CODE_LENGTH = 12
MOST_FILES, MOST_BYTES = 3, 10 * 1024 * 1024
LIMIT_OF = {
    "accept_complaint": "verify",
    "verify_complaint": "answer",
    "answer_complaint": "propose",
    "propose_reward": "approve",
    "refuse_reward": "propose",
    "approve_reward": "pay",
}


@dataclass(frozen=True, slots=True)
class NewComplaint:
    """What is told when a complaint is taken in. `word` is the code word of somebody who gives no name."""

    kind: str
    region: Region
    place: str
    words: str
    channel: str = Channel.PUBLIC
    identity: Identity = field(default_factory=Identity)
    word: str = ""
    lon: Decimal | None = None
    lat: Decimal | None = None
    outside_number: str = ""
    batch: str = ""
    files: Iterable[Any] = ()
    form_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """A complaint taken in, and the code its complainant asks with; the code is told once and not kept."""

    complaint: Complaint
    code: str


def receive(actor: Any, new: NewComplaint) -> Received:
    """Take a complaint in: from the public page (no actor), by an officer, or out of a list.

    Raises
    ------
    LantianError
        an unknown kind, no place or words, a file that is no photo, too many or too large files
    PermissionDenied
        an actor who may not handle complaints, or not in this region
    """
    person = getattr(actor, "user", actor)
    if not getattr(person, "is_authenticated", False):
        person = None
    if person is not None:
        root = region_root(person)
        if (
            not can(person, Capability.HANDLE_COMPLAINT)
            or root is None
            or not new.region.path.startswith(root)
        ):
            raise PermissionDenied
    if new.kind not in catalogue.kinds():
        raise LantianError(_("“%(kind)s” is no kind of problem") % {"kind": new.kind})
    if not new.place.strip() or not new.words.strip():
        raise LantianError(_("a complaint needs a place, and what it is about"))
    form = new.form_id or uuid4()
    code = _code(form)
    if (first := Complaint.objects.filter(code_hash=fingerprint(code)).first()) is not None:
        return Received(first, code)  # the same form, sent twice
    kept = _photos(new.files, public=person is None)
    days = int(rule("complaints.limits").table["accept"])
    with transaction.atomic():
        # The head of the log, which this write locks at its end anyway, keeps two from taking one number.
        LogHead.objects.select_for_update().filter(id=1).first()
        complaint = Complaint.objects.create(
            number=_number(),
            channel=new.channel,
            kind=new.kind,
            region=new.region,
            place=new.place.strip()[:200],
            words=new.words.strip()[:4000],
            lon=new.lon,
            lat=new.lat,
            received_at=clock.now(),
            state_due=clock.now() + timedelta(days=days),
            is_named=not new.identity.is_empty,
            code_hash=fingerprint(code),
            word_hash=fingerprint(new.word.strip()) if new.word.strip() else "",
            outside_number=new.outside_number.strip()[:60],
            batch=new.batch[:200],
        )
        if not new.identity.is_empty:
            reporters.keep(complaint, new.identity)
        ComplaintFile.objects.bulk_create(
            ComplaintFile(complaint=complaint, added_by=person, **one.fields) for one in kept
        )
        record(
            person if person is None else actor,
            "receive_complaint",
            complaint,
            after={
                "number": complaint.number,
                "channel": complaint.channel,
                "kind": complaint.kind,
                "region": new.region.code,
                "named": complaint.is_named,
            },
        )
    return Received(complaint, code)


def act(
    complaint: Complaint,
    name: str,
    actor: Any,
    reason: str = "",
    *,
    version: int | None = None,
    outcome: str = "",
    case: str = "",
    amount: Decimal | None = None,
    word: str = "",
    files: Iterable[Any] = (),
) -> None:
    """Move a complaint on.

    Parameters
    ----------
    complaint, name, actor, reason, version
        as for `loops.move`; for `verify_complaint` the reason is what was found, for `answer_complaint` the
        answer, for `pay_reward` how it was paid
    outcome
        of `verify_complaint`: true, partly, untrue. A true one opens a finding
    case, amount
        of `propose_reward`: a key of `office.complaints.rewards`, and CNY within its bounds
    word
        of `pay_reward` to somebody without a name: the code word they told

    Raises
    ------
    what `loops.move` raises, and LantianError where an outcome, case, amount or code word is not right
    """
    values: dict[str, Any] = {}
    if name == "verify_complaint":
        if outcome not in Outcome.values:
            raise LantianError(_("say whether it was true, partly true or not true"))
        values = {"outcome": outcome, "found": reason.strip()}
    elif name == "answer_complaint":
        values = {"answer": reason.strip()}
    elif name == "propose_reward":
        values = {"reward_case": case, "reward": _amount(case, amount)}
    elif name == "refuse_reward":
        values = {"reward_case": "", "reward": None}
    elif name == "pay_reward":
        if not complaint.is_named and fingerprint(word.strip()) != complaint.word_hash:
            raise LantianError(_("this is not the code word that was told"))
        values = {"paid_on": clock.today()}
    kept = [keep_file(one) for one in files]
    person = getattr(actor, "user", actor)
    limit = LIMIT_OF.get(name)
    due = clock.now() + timedelta(days=int(rule("complaints.limits").table[limit])) if limit else None

    def also(row: Complaint) -> dict[str, Any]:
        ComplaintFile.objects.bulk_create(
            ComplaintFile(complaint=row, step=name[:16], added_by=person, **one.fields) for one in kept
        )
        if name == "verify_complaint" and outcome != Outcome.UNTRUE:
            row.finding = _open_finding(row, reason)
            return {"finding": row.finding.pk}
        return {}

    move(complaint, name, actor, reason, version=version, values=values, due=due, also=also)


def judge_answer(complaint: Complaint, satisfaction: int, words: str = "") -> None:
    """The complainant's own word on the answer, once, through the public page.

    Raises
    ------
    LantianError
        it was not answered yet, was judged before, or the number is not 1 to 5
    """
    with transaction.atomic():
        row = Complaint.objects.select_for_update(of=("self",)).get(pk=complaint.pk)
        if row.state in (ComplaintState.RECEIVED, ComplaintState.ACCEPTED, ComplaintState.VERIFIED):
            raise LantianError(_("it was not answered yet"))
        if row.satisfaction is not None:
            raise LantianError(_("you said it before; thank you"))
        if not 1 <= satisfaction <= 5:
            raise LantianError(_("satisfaction is a number from 1 to 5"))
        row.satisfaction, row.satisfaction_words = satisfaction, words.strip()[:500]
        row.save(update_fields=["satisfaction", "satisfaction_words"])
        record(None, "judge_answer", row, after={"satisfaction": satisfaction})
    complaint.refresh_from_db()


def by_code(code: str) -> Complaint | None:
    """The complaint a code was given for; spaces, hyphens and case do not matter."""
    plain = "".join(sign for sign in code.upper() if sign in ALPHABET)
    if len(plain) != CODE_LENGTH:
        return None
    return Complaint.objects.select_related("region").filter(code_hash=fingerprint(plain)).first()


def rewards(on: date | None = None) -> dict[str, Any]:
    """What a true complaint earns, by case: words and the least and most CNY."""
    return dict(rule("complaints.rewards", on).table)


def _amount(case: str, amount: Decimal | None) -> Decimal:
    known = rewards()
    if case not in known:
        raise LantianError(_("choose what the reward is for"))
    least, most = Decimal(known[case]["least"]), Decimal(known[case]["most"])
    if amount is None or not least <= amount <= most or amount != amount.quantize(Decimal("0.01")):
        raise LantianError(
            _("this reward lies between %(least)s and %(most)s CNY") % {"least": least, "most": most},
            remedy=_("Correct the amount, or choose another case."),
        )
    return amount


def _open_finding(row: Complaint, found: str) -> Any:
    """The finding of a true complaint. The office records it: it carries what was found, not the complaint's
    own words, which might say who wrote them.
    """
    return record_finding(
        None,
        NewFinding(
            kind=row.kind,
            region=row.region,
            place=row.place,
            words=found.strip(),
            found_on=clock.today(),
            source=Source.COMPLAINT,
            lon=row.lon,
            lat=row.lat,
            finder=row.number,
            answers=("outside_region", "position_unknown"),
        ),
    )


def _code(form: UUID) -> str:
    """The code of a form: the same form gives the same code, and nobody without the office's key makes it."""
    number = int(fingerprint(f"code {form}"), 16)
    signs = []
    for _place in range(CODE_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        signs.append(ALPHABET[rest])
    return "".join(signs)


def _number() -> str:
    """The next number of the day: 20260520-007. Asked under the transaction that creates the complaint."""
    day = timezone.localtime(clock.now()).strftime("%Y%m%d")
    last = Complaint.objects.filter(number__startswith=f"{day}-").order_by("-number").first()
    return f"{day}-{(int(last.number[9:]) if last else 0) + 1:04d}"


def _photos(files: Iterable[Any], *, public: bool) -> list[Kept]:
    """Photos as they are kept. Those of the public page are kept without what they say of their taking."""
    found = list(files)
    if len(found) > MOST_FILES or any(one.size > MOST_BYTES for one in found):
        raise LantianError(_("at most 3 photos of 10 MB each"), remedy=_("Send fewer or smaller ones."))
    read = [(clean_name(str(one.name or "")), one.read()) for one in found]
    if any(kind_of(content) not in PICTURES for _name, content in read):
        raise LantianError(_("only photos can be sent here"))
    if public:  # all of them, before one is kept
        read = [(name, bare(name, content, kind_of(content))) for name, content in read]
    return [keep_content(name, content) for name, content in read]
