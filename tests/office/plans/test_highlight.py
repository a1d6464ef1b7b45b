"""Words cut into pieces: none is lost, none doubled, quotes may overlap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lantian.office.plans.highlight import Mark, pieces

TEXT = "到2025年，浓度控制在44微克以下。\n\n其他\n词句"


@given(
    marks=st.lists(
        st.tuples(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)), st.sampled_from(["a", "b"])),
        max_size=6,
    )
)
def test_no_word_is_lost_or_doubled(marks: list[tuple[int, int, str]]) -> None:
    spans = [Mark(min(a, b), max(a, b), kind) for a, b, kind in marks]
    shown = pieces(TEXT, [(0, len(TEXT))], spans)
    assert "".join(p.text for p in shown) == TEXT.replace("\n", "")
    for kind in ("a", "b"):
        marked = "".join(p.text for p in shown if kind in p.kinds)
        inside = {i for m in spans if m.kind == kind for i in range(m.start, m.end)}
        assert marked == "".join(TEXT[i] for i in sorted(inside) if TEXT[i] != "\n")


def test_page_marks_are_no_words_and_a_page_break_splits_no_paragraph() -> None:
    text = "各县（市、区）人民政府和市直各有关部门要严格落实责任，稳定\n—11—\n前移。\n下一段"
    start = text.index("—11—")
    shown = pieces(text, [(0, len(text))], [], [[start, start + 4]])
    assert (
        "".join(p.text for p in shown)
        == "各县（市、区）人民政府和市直各有关部门要严格落实责任，稳定前移。下一段"
    )
    assert [p.text for p in shown if p.break_before] == ["下一段"]


def test_a_heading_and_a_short_line_end_a_paragraph() -> None:
    text = "一、总则\n为改善空气，制定本计划。\n- \n二、任务"
    shown = pieces(text, [(0, len(text))], [Mark(0, 4, "heading")])
    assert [(p.text, p.break_before) for p in shown] == [
        ("一、总则", False), ("为改善空气，制定本计划。", True), ("二、任务", True),
    ]  # fmt: skip
