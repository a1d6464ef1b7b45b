"""Consequences of the demonstration: rules judged on past days, decisions of every kind, proof."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lantian.office.people.models import User

LOCAL = timezone(timedelta(hours=8))
RULES = """\
# A simulated rule of the demonstration: its clause stands in the demonstration's plan.
add:
  consequences.rules.demo.demo_dust_collection:
    - value:
        title: {zh: 铸造企业密闭收尘改造逾期，限制生产（模拟）, en: "Collection overdue, cut (simulated)"}
        region: 141000
        subject: task
        when: {task_overdue: {words: [铸造企业全部完成密闭收尘改造]}}
        then: {kind: load_cut, amount: 10, unit: '%', until: done}
        proof: {zh: 限产通知和用电量记录, en: the order and the electricity record}
      unit: '1'
      document: {zh: 演示方案, en: plan of the demonstration}
      clause: {zh: 第3项（模拟）, en: item 3 (simulated)}
      verified: false
      note: {zh: 模拟规则, en: simulated rule}
"""
ON_FINDINGS = ("fire_spot", "accountability", "talk_on_repeats", "false_report")
PROOF = b"%PDF-1.4 simulated proof of the demonstration"


def write_rules(data: Path) -> None:
    """Lay the demonstration's own rule into DATA/rules, before any rule is read."""
    (data / "rules").mkdir(exist_ok=True)
    (data / "rules" / "demo-consequences.yaml").write_text(RULES, encoding="utf-8")


def fill(people: Mapping[str, User], today: date) -> None:
    """Judge the rules on some days and decide, so that each state is to be seen."""
    from lantian.office.consequences import actions, proposing
    from lantian.office.consequences.models import Proposal
    from lantian.office.frame import clock

    chief, county = people["admin"], people["lingchuan"]
    for ago in (203, 137, 130, 64, 36):
        with clock.at(_at(today - timedelta(days=ago))):
            proposing.propose(chief, only=ON_FINDINGS)
    spots = list(Proposal.objects.filter(rule_code="fire_spot").order_by("raised_on", "pk"))
    amount = actions.Decision(amount=Decimal(2), addressees="陵川县有关乡镇（模拟）")
    for row, far in zip(spots, ("lifted", "carried_out", "waived", "imposed"), strict=False):
        with clock.at(_at(row.raised_on + timedelta(days=3))):
            if far == "waived":
                actions.decide(row, "waive", chief, "与前一火点为同一地块，已合并扣减（模拟）")
                continue
            actions.decide(row, "impose_changed", chief, "按县办法每个火点2万元（模拟）", decision=amount)
        if far == "imposed":
            continue
        with clock.at(_at(row.raised_on + timedelta(days=9))):
            actions.carry_out(row, county, "财政已扣减（模拟）", [_proof("扣减文件（模拟）.pdf")])
        if far == "lifted":
            with clock.at(_at(row.raised_on + timedelta(days=20))):
                actions.finish(row, "lift", chief, "扣减完毕（模拟）")
    _talks(chief, today)
    with clock.at(_at(today)):
        proposing.propose(chief, only=(*ON_FINDINGS, "demo_dust_collection"))
        proposing.expire()


def _talks(chief: User, today: date) -> None:
    """A talk with its commitments, and one whose days are over."""
    from lantian.office.consequences import actions
    from lantian.office.consequences.models import Proposal
    from lantian.office.frame import clock

    talks = list(Proposal.objects.filter(kind="talk").order_by("raised_on", "pk"))
    for row, last in zip(talks, (timedelta(days=30), None), strict=False):
        with clock.at(_at(row.raised_on + timedelta(days=2))):
            if last is None:
                actions.decide(row, "impose", chief)
                follow_up = row.raised_on + timedelta(days=20)
                actions.note(row, chief, commitments="一个月内完成全部问题整改（模拟）", follow_up=follow_up)
            else:
                wish = actions.Decision(last=row.raised_on + last)
                actions.decide(row, "impose_changed", chief, "一个月内完成约谈（模拟）", decision=wish)


def _proof(name: str) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile(name, PROOF)


def _at(day: date) -> datetime:
    return datetime.combine(day, time(17), LOCAL)
