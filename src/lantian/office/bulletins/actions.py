"""Writes of this room, all logged: freeze, issue, put a corrected one in its place, throw a draft away."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from lantian.ambient import Period
from lantian.errors import LantianError
from lantian.office.bulletins import files, papers, rules, texts
from lantian.office.bulletins.freezing import freeze
from lantian.office.bulletins.models import Bulletin, Status, canonical
from lantian.office.frame import clock
from lantian.office.people.actions import record
from lantian.office.rankings import pools
from lantian.office.regions.models import Region

LANGUAGES = {"zh": "zh-hans", "en": "en"}


def make_draft(
    actor: Any,
    pool_key: str,
    period: Period,
    regime: str = "",
    *,
    issuer: str = "",
    remark: str = "",
    supersedes: Bulletin | None = None,
) -> Bulletin:
    """Freeze the figures of a pool as a draft.

    Parameters
    ----------
    actor
        the request, or the person who acts
    pool_key
        a pool of the rankings: `cities-140000`, `counties-141000` …
    regime
        by name; the one in force on the period's last day when empty
    supersedes
        the issued bulletin that this one is to take the place of

    Raises
    ------
    LantianError
        no such units for this person, nothing to freeze, or the other bulletin cannot be superseded
    PermissionDenied
        this person makes no bulletins
    """
    user = _allowed(actor)
    pool = pools.find(user, pool_key, period.last)
    region = rules.region_of(user, pool) if pool is not None else None
    if pool is None or region is None:
        raise LantianError(
            _("there are no such units in your region"), remedy=_("Choose one of those that are offered.")
        )
    if supersedes is not None and supersedes.status != Status.ISSUED:
        raise LantianError(_("only a bulletin in force can be superseded"))
    named = rules.named_regime(regime, period.last)
    frozen = freeze(pool, region, period, named)
    body = frozen.body | {"text": _texts(user, pool_key, period, frozen.body)}
    bulletin = Bulletin(
        region=region,
        pool=pool_key,
        level=pool.level,
        period=period.label,
        regime=named,
        issuer=issuer.strip(),
        remark=remark.strip(),
        public=rules.is_published_by_custom(pool),
        data_version=body["data_version"],
        content=canonical(body),
        snapshots={name: files.keep_snapshot(one) for name, one in frozen.snapshots.items()},
        frozen_by=user,
        frozen_at=clock.now(),
        supersedes=supersedes,
    )
    bulletin.hash = bulletin.digest()
    with transaction.atomic():
        bulletin.save()
        record(actor, "freeze", bulletin, after=_told(bulletin))
    return bulletin


def issue(actor: Any, bulletin: Bulletin, *, public: bool, reason: str = "") -> Bulletin:
    """Give a draft its number and papers; from here on it never changes. The one it corrects is superseded.

    Raises
    ------
    LantianError
        it is no draft, its files are not as they were frozen, or it corrects one that is no longer in force
    PermissionDenied
        this person makes no bulletins
    """
    user = _allowed(actor)
    with transaction.atomic():
        # Numbers of a region are given one after the other: its row is the lock.
        Region.objects.select_for_update().get(pk=bulletin.region_id)
        found = Bulletin.objects.select_related("region", "supersedes").get(pk=bulletin.pk)
        if not found.is_draft:
            raise LantianError(_("this bulletin was issued already"))
        if files.faults(found):
            raise LantianError(
                _("what was frozen is no longer whole"), remedy=_("Throw the draft away and freeze again.")
            )
        before = found.supersedes
        if before is not None and before.status != Status.ISSUED:
            raise LantianError(_("only a bulletin in force can be superseded"))
        found.issued_at = clock.now()
        found.issued_by = user
        found.public = public
        found.year = timezone.localtime(found.issued_at).year
        last = Bulletin.objects.filter(region=found.region, year=found.year).aggregate(last=Max("number"))
        found.number = (last["last"] or 0) + 1
        found.status = Status.ISSUED
        found.papers = _papers(found)
        found.hash = found.digest()
        found.save()
        record(actor, "issue", found, reason.strip(), after=_told(found))
        if before is not None:
            before.status = Status.SUPERSEDED
            before.save()
            record(
                actor, "supersede", before, reason.strip(),
                before={"status": Status.ISSUED.value},
                after={"status": Status.SUPERSEDED.value, "superseded_by": str(found)},
            )  # fmt: skip
    return found


def discard(actor: Any, bulletin: Bulletin, reason: str = "") -> None:
    """Throw a draft away.

    Raises
    ------
    LantianError
        it was issued
    PermissionDenied
        this person makes no bulletins
    """
    _allowed(actor)
    with transaction.atomic():
        if not Bulletin.objects.filter(pk=bulletin.pk, status=Status.DRAFT).exists():
            raise LantianError(_("an issued bulletin stays; a corrected one can take its place"))
        record(actor, "discard", bulletin, reason.strip(), before=_told(bulletin))
        bulletin.delete()


def correct(actor: Any, bulletin: Bulletin) -> Bulletin:
    """A draft of the same bulletin from today's figures; the one there is already, if someone made it."""
    waiting = Bulletin.objects.filter(supersedes=bulletin, status=Status.DRAFT).first()
    if waiting is not None:
        _allowed(actor)
        return waiting
    return make_draft(
        actor, bulletin.pool, bulletin.span, bulletin.regime, issuer=bulletin.issuer, supersedes=bulletin
    )


def _allowed(actor: Any) -> Any:
    user = getattr(actor, "user", actor)
    if not rules.may_issue(user):
        raise PermissionDenied
    return user


def _texts(user: Any, pool_key: str, period: Period, body: dict[str, Any]) -> dict[str, Any]:
    found = {}
    for short, code in LANGUAGES.items():
        with translation.override(code):
            named = pools.find(user, pool_key, period.last)
            found[short] = texts.written(body, named.label if named else body["pool"]["label"])
    return found


def _papers(bulletin: Bulletin) -> dict[str, str]:
    kept = {}
    for short, code in LANGUAGES.items():
        with translation.override(code):
            kept[f"{short}.docx"] = files.keep(papers.as_word(bulletin), ".docx")
            kept[f"{short}.xlsx"] = files.keep(papers.as_excel(bulletin), ".xlsx")
    return kept


def _told(bulletin: Bulletin) -> dict[str, Any]:
    return {
        "title": bulletin.body["text"]["zh"]["title"],
        "status": str(bulletin.status),
        "number": bulletin.number,
        "public": bulletin.public,
        "data_version": bulletin.data_version,
        "hash": bulletin.hash,
    }
