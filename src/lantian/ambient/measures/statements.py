"""The sentences of a notice, out of its figures: `106 below 7.0 (90.6 %), 1 equal, 10 above (8.5 %)`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lantian.ambient.measures.dustfall_records import Summary

LISTED = 5
"""Names a sentence lists; more are counted only."""


def dustfall_statement(summary: Summary, language: str, kind: str) -> str:
    """One sentence on dustfall, English or Chinese (`zh`, `zh-hans` …)."""
    return _chinese(summary, kind) if language.lower().startswith("zh") else _english(summary, kind)


def _limit(limit: Decimal) -> str:
    """A limit as notices print it: 7.0."""
    return f"{limit:.1f}" if limit == limit.to_integral_value() else str(limit)


def _english(summary: Summary, kind: str) -> str:
    who = f"{summary.units} {kind or 'units'}"
    if not summary.units:
        return f"{who}: no valid value{_left_out(summary)}."
    change = "" if summary.change is None else f" ({summary.change:+} %)"
    text = f"{who}: mean {summary.mean} t/(km²·30d){change}, range {summary.lowest} to {summary.highest}"
    if summary.limit is not None or summary.below + summary.equal + summary.above:
        limit = "their limits" if summary.limit is None else _limit(summary.limit)
        text += (
            f"; {summary.below} below {limit} ({summary.below_share} %), "
            f"{summary.equal} equal{_names(summary.equal_names, ', ', ' (', ')')}, "
            f"{summary.above} above ({summary.above_share} %)"
        )
    return text + _left_out(summary) + "."


def _left_out(summary: Summary) -> str:
    parts = [
        f"{count} {word}"
        for count, word in ((summary.invalid, "invalid"), (summary.missing, "missing"))
        if count
    ]
    return f"; not counted: {', '.join(parts)}" if parts else ""


def _chinese(summary: Summary, kind: str) -> str:
    who = f"{summary.units}个{kind or '单位'}"
    left = [f"{n}个{word}" for n, word in ((summary.invalid, "数据无效"), (summary.missing, "缺测")) if n]
    tail = f"；另有{'、'.join(left)}，未参加排名" if left else ""
    if not summary.units:
        return f"{who}有有效数据{tail}。"
    change = ""
    if summary.change is not None:
        direction = "上升" if summary.change > 0 else "下降" if summary.change < 0 else ""
        change = f"，同比{direction}{abs(summary.change)}%" if direction else "，同比持平"
    text = f"{who}降尘量均值为{summary.mean}吨/(平方千米·30天){change}"
    text += f"，范围为{summary.lowest}～{summary.highest}"
    if summary.limit is not None or summary.below + summary.equal + summary.above:
        limit = "各自限值" if summary.limit is None else _limit(summary.limit)
        text += (
            f"；{summary.below}个低于{limit}（{summary.below_share}%），"
            f"{summary.equal}个等于{limit}{_names(summary.equal_names, '、', '（', '）')}，"
            f"{summary.above}个高于{limit}（{summary.above_share}%）"
        )
    return text + tail + "。"


def _names(names: tuple[str, ...], comma: str, opening: str, closing: str) -> str:
    return f"{opening}{comma.join(names)}{closing}" if 0 < len(names) <= LISTED else ""
