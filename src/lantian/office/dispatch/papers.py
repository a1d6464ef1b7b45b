"""The Word papers of dispatch: the bulletin of a round, the supervision order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantian.errors import LantianError
from lantian.office.dispatch.words import column_label
from lantian.office.papers import Paper, day_words
from lantian.office.plans.loading import keep_file, kept_path

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SHORT = {"zh": "zh-hans", "en": "en"}


def kept(write: Callable[[Any], bytes], thing: Any) -> dict[str, str]:
    """Write a paper in every language and keep it; returns {"zh.docx": SHA-256, …}."""
    found = {}
    for short, code in SHORT.items():
        with translation.override(code):
            content = write(thing)
        sha256 = hashlib.sha256(content).hexdigest()
        keep_file(content, sha256, ".docx")
        found[f"{short}.docx"] = sha256
    return found


def as_download(papers: dict[str, str], name: str) -> HttpResponse:
    """A paper as it was issued, in the active language.

    Raises
    ------
    LantianError
        it is gone from the data folder, or was changed
    """
    short = "en" if (get_language() or settings.LANGUAGE_CODE).startswith("en") else "zh"
    sha256 = papers[f"{short}.docx"]
    path = kept_path(sha256, ".docx")
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != sha256:
        raise LantianError(
            _("the paper is gone or was changed"),
            where=path.name,
            remedy=_("Take it from the backup of the data folder."),
        )
    disposition = content_disposition_header(True, f"{name}.docx") or "attachment"
    return HttpResponse(content, content_type=WORD, headers={"Content-Disposition": disposition})


def order_paper(order: Any) -> bytes:
    """A supervision order as .docx in the active language."""
    paper = Paper(order.title, author=order.issuer, moment=order.issued_at)
    paper.heading(_("Supervision order"))
    paper.under([order.label])
    paper.simulated()
    paper.addressed(order.addressee)
    paper.body(_("Matter: %(title)s") % {"title": order.title})
    for line in order.text.splitlines():
        if line.strip():
            paper.body(line.strip())
    paper.body(_("Reply by %(day)s in writing, with evidence.") % {"day": day_words(order.reply_by)})
    subjects = list(order.subjects.all())
    if subjects:
        paper.table([_("No."), _("It is about")], [[n, s.words] for n, s in enumerate(subjects, 1)],
                    widths=[14, 144], left=[1])  # fmt: skip
    paper.signed(order.issuer, order.issued_at)
    return paper.content()


def bulletin_paper(bulletin: Any) -> bytes:
    """The bulletin of a round as .docx in the active language, from what was frozen."""
    body = bulletin.body
    paper = Paper(bulletin.title, author=bulletin.issuer, moment=bulletin.issued_at)
    paper.heading(bulletin.title)
    paper.under([bulletin.label])
    paper.simulated()
    for line in bulletin_lines(bulletin):
        paper.body(line)
    if bulletin.remark:
        paper.body(_("Remark: %(remark)s") % {"remark": bulletin.remark})
    paper.signed(bulletin.issuer, bulletin.issued_at)
    columns = body["columns"]
    if body["units"] or body["regions"]:
        paper.landscape()
    for name, title in (("units", _("By unit")), ("regions", _("By region"))):
        if body[name]:
            paper.heading(title, size=13)
            paper.table(
                [_("Who reports"), *(column_label(c) for c in columns)],
                [[row["label"], *(row["counts"][c] for c in columns)] for row in body[name]],
                widths=[60, *(22 for _column in columns)],
                left=[0],
            )
    if body["lagging"]:
        paper.heading(_("Lagging tasks"), size=13)
        paper.table(
            [_("Task"), _("Who reports"), _("Due"), _("Percent"), _("Why it is listed")],
            [
                [t["task"], t["holder"], t["due"], t["percent"], "；".join(column_label(w) for w in t["why"])]
                for t in body["lagging"]
            ],
            widths=[110, 60, 26, 20, 40],
            left=[0, 1],
        )
    paper.note(_("Counted at %(when)s. Each report counts once under in time, late or not reported; "
                 "what came of it stands beside.") % {"when": _when(body["counted_at"])})  # fmt: skip
    return paper.content()


def bulletin_lines(bulletin: Any) -> list[str]:
    """The sentences of a bulletin in the active language."""
    body = bulletin.body
    total = body["total"]
    lines = [
        _(
            "%(asked)d reports were due by %(due)s: %(in_time)d came in time, %(late)d late, %(missing)d did "
            "not come."
        )
        % {**total, "due": _when(body["due"])},
        _(
            "Of what came, %(verified)d are verified, %(waiting)d wait for verification, %(returned)d are "
            "sent back, %(false)d were found false. %(done)d are verified as done."
        )
        % total,
    ]
    rows = [*body["units"], *body["regions"]]
    for name, told in (
        ("missing", _("Not reported: %(names)s.")),
        ("late", _("Late: %(names)s.")),
        ("false", _("Found false: %(names)s.")),
    ):
        names = [
            _("%(name)s (%(count)d)") % {"name": row["label"], "count": row["counts"][name]}
            for row in rows
            if row["counts"][name]
        ]
        if names:
            lines.append(told % {"names": _(", ").join(names)})
    return lines


def _when(stamp: str) -> str:
    return timezone.localtime(datetime.fromisoformat(stamp)).strftime("%Y-%m-%d %H:%M")
