"""The same plan in another shape reads the same: line breaks, page marks, widths, OCR damage, file types."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from planning_helpers import comparing, renderings

from lantian.planning import Plan, parse_plan

SEEDS = [
    "shanxi-province-2024",
    "linfen-city-2024",
    "jinzhong-city-2024",
    "lingchuan-county-2024",
    "shanxi-province-2021",
]
FILES: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "docx": ("plan.docx", renderings.as_docx),
    "docx, automatic numbers": ("plan.docx", lambda t: renderings.as_docx(t, automatic=True)),
    "html": ("plan.html", renderings.as_html),
    "html, GB 2312": ("plan.htm", lambda t: renderings.as_html(t, charset="gb2312")),
    "html, line breaks": ("plan.html", lambda t: renderings.as_html(t, breaks=True)),
    "pdf": ("plan.pdf", renderings.as_pdf),
    "pdf, running head": ("plan.pdf", lambda t: renderings.as_pdf(t, head="文件汇编", number="{}", rows=14)),
    "UTF-8 with signature": ("plan.txt", lambda t: t.encode("utf-8-sig")),
    "GBK": ("plan.txt", lambda t: t.encode("gb18030")),
    "UTF-16": ("plan.txt", lambda t: t.encode("utf-16")),
    "UTF-16 without signature": ("plan.txt", lambda t: t.encode("utf-16-be")),
}


def assert_same(one: Plan, other: Plan) -> None:
    comparing.assert_places(other)
    assert comparing.meta(other) == comparing.meta(one)
    assert comparing.sections(other) == comparing.sections(one)
    assert comparing.tasks(other) == comparing.tasks(one)
    assert goals(other) == goals(one)
    assert [(c.kind, c.from_, c.amount) for c in other.consequences] == [
        (c.kind, c.from_, c.amount) for c in one.consequences
    ]
    assert [(p.label, p.kind) for p in other.parts] == [(p.label, p.kind) for p in one.parts]


@pytest.mark.parametrize("change", renderings.TEXT_CHANGES)
def test_own_plan_in_other_lines(own: str, read: Callable[[str], Plan], change: str) -> None:
    assert_same(read(own), read(renderings.TEXT_CHANGES[change](own)))


@pytest.mark.parametrize("kind", FILES)
def test_own_plan_in_other_files(own: str, read: Callable[[str], Plan], kind: str) -> None:
    name, render = FILES[kind]
    assert_same(read(own), parse_plan(name, render(own)))


def goals(plan: Plan) -> list[tuple[str, float | None, str | None]]:
    return [(t.indicator, t.value, t.by) for t in plan.targets]


@pytest.mark.shared
@pytest.mark.parametrize("seed", ["lingchuan-county-2024", "jinzhong-city-2024", "linfen-city-2024"])
def test_a_line_a_paragraph_breaks_no_sentence(shared: Path, seed: str) -> None:
    """The seeds hold sentences broken over blank lines; made paragraphs of a PDF they read the same.

    Broken lines are wrapped again, each with an indent as if it began a paragraph.
    """
    text = (shared / "seeds" / f"{seed}.txt").read_text("utf-8")
    first = parse_plan("plan.txt", text.encode())
    broken = parse_plan("plan.pdf", renderings.as_pdf_of_lines(text))
    assert goals(broken) == goals(first)
    assert comparing.tasks(broken) == comparing.tasks(first)
    assert any("broken_over_paragraph" in found.doubts for found in [*broken.tasks, *broken.targets])


@pytest.mark.shared
@pytest.mark.parametrize("seed", SEEDS)
def test_real_plans_in_other_lines(shared: Path, read: Callable[[str], Plan], seed: str) -> None:
    text = (shared / "seeds" / f"{seed}.txt").read_text("utf-8")
    first = read(text)
    for change in (
        "wrapped at 40, indented",
        "pages with a running head",
        "stray spaces",
        "half-width punctuation",
    ):
        assert_same(first, read(renderings.TEXT_CHANGES[change](text)))


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
def test_real_plans_in_every_shape(shared: Path, read: Callable[[str], Plan], seed: str) -> None:
    text = (shared / "seeds" / f"{seed}.txt").read_text("utf-8")
    first = read(text)
    for change in renderings.TEXT_CHANGES.values():
        assert_same(first, read(change(text)))
    # The automatic lists of our rendering count 1. through all （一）; this plan begins anew under each.
    begins_anew = seed == "jinzhong-city-2024"
    for kind in ("docx", "docx, automatic numbers", "html", "html, line breaks", "pdf", "pdf, running head"):
        if kind == "docx, automatic numbers" and begins_anew:
            continue
        name, render = FILES[kind]
        assert_same(first, parse_plan(name, render(text)))


@pytest.mark.shared
def test_labels_said_as_verbs_bind_the_same_units(shared: Path, read: Callable[[str], Plan]) -> None:
    text = (shared / "seeds" / "linfen-city-2024.txt").read_text("utf-8")
    first = read(text)
    lines = "\n".join(renderings.paragraphs(text))
    said = re.sub(r"牵头部门[:：]([^;；]*)[;；]", r"\1牵头，", lines)
    said = re.sub(r"配合部门[:：]([^;；]*)[;；]", r"\1配合，", said)
    said = re.sub(r"责任单位[:：](.*?(?:政府|管委会))(?=[)）]$)", r"\1落实", said, flags=re.MULTILINE)
    assert said.count("落实") > lines.count("落实") + 40
    assert "牵头部门" not in said
    assert comparing.tasks(read(said)) == comparing.tasks(first)


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("throw", [1, 2])
def test_one_mark_of_punctuation_in_a_hundred_lost(
    shared: Path, read: Callable[[str], Plan], seed: str, throw: int
) -> None:
    text = (shared / "seeds" / f"{seed}.txt").read_text("utf-8")
    damaged = renderings.lost_punctuation(text, throw)
    first, second = read(text), read(damaged)
    comparing.assert_places(second)
    assert abs(len(second.tasks) - len(first.tasks)) <= 1
    bound = [{(u[0], u[1]) for t in comparing.tasks(plan) for u in t[3]} for plan in (first, second)]
    assert len(bound[0] & bound[1]) >= 0.8 * len(bound[0])
    pairs = [{(t[0], *u) for t in comparing.tasks(plan) for u in t[3]} for plan in (first, second)]
    assert len(pairs[0] & pairs[1]) >= 0.9 * len(pairs[0])
