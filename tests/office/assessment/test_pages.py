"""Pages, papers and the API of assessment, and who sees what."""

from __future__ import annotations

import io
from typing import Any

import pytest
from docx import Document
from python_calamine import CalamineWorkbook

from lantian.office.assessment import actions
from lantian.office.loops import move


def sheets(answer: Any) -> list[list[list[Any]]]:
    """The rows of each sheet of a workbook."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.content))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens(frozen: Any, card: Any, analyst: Any, signed_in: Any, language: str) -> None:
    browser = signed_in(analyst)
    browser.post("/language/", {"language": language})
    for address in (
        "/assessment/", "/assessment/schemes/", "/assessment/schemes/assessment.schemes.region_year/0/",
        "/assessment/simulation/", f"/assessment/runs/{frozen.pk}/", f"/assessment/runs/{frozen.pk}/live/",
        f"/assessment/runs/{frozen.pk}/history/", f"/assessment/cards/{card.pk}/", "/assessment/transfers/",
        "/regions/141002/panels/score/", "/api/assessments", f"/api/assessments/{frozen.pk}/cards",
        f"/api/score-cards/{card.pk}",
    ):  # fmt: skip
        assert browser.get(address).status_code == 200, address
    assert browser.get("/assessment/schemes/assessment.schemes.nothing/0/").status_code == 404
    assert browser.get("/assessment/schemes/assessment.schemes.region_year/9/").status_code == 404


def test_a_card_shows_figure_bound_rule_and_evidence(
    run: Any, card: Any, analyst: Any, signed_in: Any
) -> None:
    text = signed_in(analyst).get(f"/assessment/cards/{card.pk}/").content.decode()
    for part in (
        "74.50", "按比例：30 × (90 − 60) ÷ (100 − 60) = 22.5分", "从60%（0分）到100%（30分）按比例得分",
        'href="/of/target_attainment_ratio/"', "made of this", "取消当年评先评优资格", "自定",
    ):  # fmt: skip
        assert part in text, part


def test_a_county_sees_its_own_card_in_full_and_others_once_published(
    run: Any, analyst: Any, person: Any, signed_in: Any, province: Any
) -> None:
    """洪洞县's 66.97 is nobody's business in 尧都区 until it is published; its reasons never are."""
    officer = signed_in(person("wang", "141002"))
    other = run.cards.get(region=province["141024"])
    address = f"/assessment/runs/{run.pk}/"
    move(run, "open_objections", analyst)
    actions.freeze(analyst, run)
    before = officer.get(address).content.decode()
    assert "74.50" in before and "66.97" not in before
    move(run, "publish_results", analyst)
    after = officer.get(address).content.decode()
    assert "66.97" in after and f"/assessment/cards/{other.pk}/" not in after
    assert officer.get(f"/assessment/cards/{other.pk}/").status_code == 404
    assert "66.97" not in officer.get(f"/api/assessments/{run.pk}/cards").content.decode()
    workbook = sheets(officer.get(f"/assessment/runs/{run.pk}/ranking.xlsx"))
    assert "洪洞县" not in str(workbook)


def test_scope_of_cards(scope_doors: Any, run: Any, card: Any, person: Any) -> None:
    scope_doors(
        thing=card, secret="尧都区", inside=person("in", "141002"), outside=person("out", "141024"),
        pages=[
            f"/assessment/cards/{card.pk}/", f"/assessment/cards/{card.pk}/card.docx",
            f"/api/score-cards/{card.pk}",
        ],
        lists=[f"/assessment/runs/{run.pk}/", f"/api/assessments/{run.pk}/cards"],
    )  # fmt: skip


def test_scope_of_runs(scope_doors: Any, run: Any, person: Any) -> None:
    scope_doors(
        thing=run, secret="年度考核 2025", inside=person("in", "141024"), outside=person("out", "140105"),
        pages=[
            f"/assessment/runs/{run.pk}/", f"/assessment/runs/{run.pk}/history/",
            f"/assessment/runs/{run.pk}/live/",
            f"/assessment/runs/{run.pk}/ranking.xlsx", f"/api/assessments/{run.pk}/cards",
        ],
        lists=["/api/assessments"],
    )  # fmt: skip


def test_scope_of_objections_and_their_files(
    scope_doors: Any, opened: Any, card: Any, person: Any, signed_in: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    inside, outside = person("in", "141002"), person("out", "141024")
    file = SimpleUploadedFile("尧都证明.pdf", b"%PDF-1.4 x")
    objection = actions.raise_objection(inside, card, "dustfall", "缸被尧都的猫打翻", [file])
    scope_doors(
        thing=objection, secret="缸被尧都的猫打翻", inside=inside, outside=outside,
        lists=[f"/assessment/runs/{opened.pk}/"], pages=[f"/assessment/cards/{card.pk}/"],
    )  # fmt: skip
    kept = objection.files.get()
    scope_doors(
        thing=kept,
        secret="尧都证明",
        inside=inside,
        outside=outside,
        pages=[f"/assessment/objections/files/{kept.pk}/"],
    )
    answer = signed_in(outside).post(
        f"/assessment/objections/{objection.pk}/move/reject_objection/", {"reason": "x"}
    )
    assert answer.status_code == 404


def test_the_whole_loop_by_pages(run: Any, card: Any, analyst: Any, person: Any, signed_in: Any) -> None:
    chief, officer = signed_in(analyst), signed_in(person("wang", "141002"))
    base = f"/assessment/runs/{run.pk}/move"
    chief.post(f"{base}/compute/")
    chief.post(f"{base}/open_objections/", {"version": run.version})
    officer.post(f"/assessment/cards/{card.pk}/object/", {"code": "dustfall", "text": "缸被打翻"})
    objection = card.objections.get()
    page = chief.post(f"{base}/freeze_results/", {"version": 2}, follow=True).content.decode()
    assert "lt-notice-error" in page
    bad = {"reason": "核实", "corrected": "很多", "version": 1}
    chief.post(f"/assessment/objections/{objection.pk}/move/accept_objection/", bad)
    objection.refresh_from_db()
    assert objection.state == "raised"
    good = {"reason": "核实", "corrected": "9.5", "version": 1}
    chief.post(f"/assessment/objections/{objection.pk}/move/accept_objection/", good)
    chief.post(f"{base}/freeze_results/", {"version": 2})
    assert officer.post(f"{base}/publish_results/", {"version": 3}).status_code == 403
    chief.post(f"{base}/publish_results/", {"version": 3})
    run.refresh_from_db()
    assert run.state == "published" and run.is_whole()
    assert "核实" in officer.get(f"/assessment/cards/{card.pk}/").content.decode()
    assert chief.post(f"{base}/nothing/", follow=True).status_code == 200


def test_papers(frozen: Any, card: Any, analyst: Any, signed_in: Any) -> None:
    browser = signed_in(analyst)
    paper = Document(io.BytesIO(browser.get(f"/assessment/cards/{card.pk}/card.docx").content))
    words = "\n".join(p.text for p in paper.paragraphs)
    assert "74.50" in words and frozen.hash in words
    cells = [cell.text for row in paper.tables[0].rows for cell in row.cells]
    assert "22.50" in cells and "−2.00" in cells
    book = sheets(browser.get(f"/assessment/runs/{frozen.pk}/ranking.xlsx"))
    assert book[0][1][:4] == [1, "尧都区", 74.5, 22.5]


def test_beginning_by_the_form(counties: Any, analyst: Any, person: Any, signed_in: Any) -> None:
    browser = signed_in(analyst)
    sent = {"scheme": "assessment.schemes.region_year", "period": "2025"}
    assert browser.post("/assessment/", sent, follow=True).redirect_chain
    assert "lt-notice-error" in browser.post("/assessment/", sent).content.decode()
    assert "lt-notice-error" in browser.post("/assessment/", {**sent, "period": "soon"}).content.decode()
    assert signed_in(person("wang", "141002")).post("/assessment/", sent).status_code == 403


OURS = """\
add:
  assessment.schemes.ours:
    - value:
        title: {{zh: 我们的办法, en: our scheme}}
        subject: region
        period: year
        items:
          - {{code: d, title: d, indicator: dustfall, weight: {weight}, direction: lower, points: {{by: pass_fail, at_most: 7}}, missing: zero}}
          - {{code: t, title: t, indicator: {indicator}, weight: 40, direction: higher, points: {{by: linear, from: 0, to: 100}}, missing: zero}}
      unit: "1"
      document: ours
      clause: "1"
      verified: true
"""  # noqa: E501 - a rule file as it is written


def test_had_another_scheme_held(
    frozen: Any, analyst: Any, person: Any, signed_in: Any, counties: Any
) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    browser, address = signed_in(analyst), "/assessment/simulation/"
    weights = {f"weight-{item['code']}": item["weight"] for item in frozen.scheme["value"]["items"]}

    def ask(text: str = "", **more: Any) -> str:
        sent = {"run": frozen.pk, **weights, **more}
        if text:
            sent["file"] = SimpleUploadedFile("ours.yaml", text.encode())
        return browser.post(address, sent).content.decode()

    assert "74.50" in ask()
    # Targets 20 instead of 30, tasks 25 instead of 15: 15 + 12.5 in place of 22.5 + 7.5.
    changed = ask(**{"weight-targets": 20, "weight-tasks": 25})
    assert "72.00" in changed and "-2.50" in changed
    assert "90，不是" in ask(**{"weight-targets": 20}) or "sum to 90" in ask(**{"weight-targets": 20})
    uploaded = ask(OURS.format(weight=60, indicator="tasks_done_ratio"))
    assert "我们的办法" in uploaded and "92.00" in uploaded
    assert "sum to 95" in ask(OURS.format(weight=55, indicator="tasks_done_ratio"))
    assert "no indicator is called" in ask(OURS.format(weight=60, indicator="pm25"))
    assert "lt-notice-error" in ask("add: [")
    counties["dustfall", "region:141002"] = 9
    assert "92.00" in ask(OURS.format(weight=60, indicator="tasks_done_ratio")), (
        "the assessment's own figures"
    )
    assert "32.00" in ask(OURS.format(weight=60, indicator="tasks_done_ratio"), live="on")
    frozen.refresh_from_db()
    assert frozen.is_whole()
    assert signed_in(person("wang", "141002")).get(f"{address}?run={frozen.pk}").status_code == 404
