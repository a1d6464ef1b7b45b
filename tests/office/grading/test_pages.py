"""The pages, the API and the public list: a whole application in the browser's words, and who sees what."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from python_calamine import CalamineWorkbook

from lantian.office.grading import applying, downgrading
from lantian.office.grading.models import Application, Downgrade, Held, NoticeObjection

PHOTO = b"\xff\xd8\xff\xe0 a photo of the site \xff\xd9"


def test_a_whole_application_through_the_pages(
    folk: Any, firm: Any, signed_in: Any, on: Any, apply: Any
) -> None:
    answers = {f"answer-{code}": value for code, value in apply("draft").answers.items()}
    Application.objects.all().delete()
    own, county = signed_in(folk.own), signed_in(folk.county)
    with on(0):
        assert own.get("/grading/applications/new/").status_code == 200
        page = own.get(f"/grading/applications/new/?enterprise={firm.pk}").content.decode()
        assert "引领性" not in page and "A级" in page
        made = own.post("/grading/applications/new/", {"enterprise": firm.pk, "claimed": "A"})
        row = Application.objects.get()
        assert made.status_code == 302
        url = row.get_absolute_url()
        bad = own.post(f"{url}answers/", {**answers, "answer-em_pm": "十", "version": row.version})
        assert bad.status_code == 422 and "不是该指标的有效填报" in bad.content.decode()
        short = own.post(f"{url}answers/", {**answers, "answer-em_pm": "12", "then": "declare"})
        assert short.status_code == 422
        page = own.get(url).content.decode()
        assert "要达到A级还差1项" in page and "≤ 10 mg/m³" in page and "12 mg/m³" in page
        row.refresh_from_db()
        done = own.post(f"{url}answers/", {**answers, "then": "declare", "version": row.version})
        assert done.status_code == 302
    row.refresh_from_db()
    assert row.state == "declared"
    with on(1):
        assert county.post(f"{url}do/pass_review/", {"version": row.version}).status_code == 302
        row.refresh_from_db()
        step = {"version": row.version, "reason": "逐项核对", "checkers": "张三", "answer-em_pm": "9"}
        photo = SimpleUploadedFile("site.jpg", PHOTO)
        assert county.post(f"{url}do/record_site_check/", {**step, "files": photo}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.checked["em_pm"], row.answers["em_pm"]) == ("checked", "9", "8")
    with on(2):
        assert own.post(f"{url}do/put_on_notice/").status_code == 403
        assert signed_in(folk.city).post(f"{url}do/put_on_notice/").status_code == 302
        public = Client().get("/public/grades/").content.decode()
        assert firm.name in public and "A级" in public
        assert county.post(f"{url}object/", {"words": "夜间偷排", "whose": "王某"}).status_code == 302
        assert "王某" in county.get(url).content.decode()
        assert "王某" not in own.get(url).content.decode()
        assert "王某" not in Client().get("/public/grades/").content.decode()
        objection = NoticeObjection.objects.get()
        answer = f"/grading/objections/{objection.pk}/do/not_uphold_objection/"
        assert signed_in(folk.city).post(answer, {"reason": "查无此事"}).status_code == 302
    with on(14):
        chief = signed_in(folk.province)
        decided = chief.post(f"{url}do/decide_grade/", {"grade": "A", "reason": "无异议", "document": "公告"})
        assert decided.status_code == 302
        public = Client().get("/public/grades/?industry=foundry&grade=A").content.decode()
        assert firm.name in public
        assert "em_pm" not in public and "9 mg" not in public
    assert Held.objects.get().grade == "A"


def test_scope_of_every_door(scope_doors: Any, office: Any) -> None:
    row = office.apply("notice")
    held = office.give(office.firm, "B", date(2025, 3, 1), date(2025, 12, 31))
    with office.on(4):
        made = downgrading.propose_downgrade(
            office.firm,
            "other",
            "现场所见",
            date(2025, 6, 1),
            files=[SimpleUploadedFile("a.pdf", b"%PDF-1.7")],
        )
        objection = applying.raise_objection(None, row, "夜间偷排")
        day = "on=2025-06-05"
        listed = [f"/grading/?{day}", f"/grading/?q={office.firm.name}&{day}", f"/api/grades?{day}"]
        scope_doors(
            thing=held, secret=office.firm.name, inside=office.county, outside=office.other,
            pages=[f"/api/grades/{held.pk}"], lists=listed,
        )  # fmt: skip
        scope_doors(
            thing=row, secret=office.firm.name, inside=office.county, outside=office.other,
            pages=[row.get_absolute_url(), f"/api/grade-applications/{row.pk}"],
            lists=[
                "/grading/applications/", f"/grading/applications/?q={office.firm.name}",
                "/api/grade-applications",
            ],
        )  # fmt: skip
        file = row.files.get()
        scope_doors(
            thing=file, secret=file.name, inside=office.own, outside=office.other,
            pages=[f"/grading/files/{file.pk}/"],
        )  # fmt: skip
        scope_doors(
            thing=made, secret=office.firm.name, inside=office.county, outside=office.other,
            pages=[made.get_absolute_url(), f"/api/grade-downgrades/{made.pk}"],
            lists=["/grading/downgrades/", "/api/grade-downgrades", "/grading/downgrades/new/"],
        )  # fmt: skip
        proof = made.files.get()
        scope_doors(
            thing=proof, secret=proof.name, inside=office.county, outside=office.other,
            pages=[f"/grading/downgrades/files/{proof.pk}/"],
        )  # fmt: skip
        scope_doors(
            thing=objection, secret="夜间偷排", inside=office.county, outside=office.other,
            pages=[row.get_absolute_url()],
        )  # fmt: skip


def test_the_workbook_holds_what_one_sees(office: Any) -> None:
    office.give(office.firm, "A", date(2025, 3, 1))
    office.give(office.make_firm("=1+1铸造", "141024"), "D", date(2025, 3, 1))

    def rows(person: Any) -> list[Any]:
        with office.on(0):
            answer = office.signed_in(person).get("/grading/export.xlsx")
        return (
            CalamineWorkbook.from_filelike(io.BytesIO(answer.content)).get_sheet_by_index(0).to_python()[1:]
        )

    assert [row[0] for row in rows(office.county)] == [office.firm.name]
    both = {row[0] for row in rows(office.city)}
    assert len(both) == 2 and not any(name.startswith("=") for name in both)


def test_posts_of_those_outside_find_nothing(office: Any) -> None:
    row = office.apply("declared")
    office.give(office.firm, "A", date(2025, 3, 1))
    outsider = office.signed_in(office.other)
    with office.on(1):
        for door in (f"{row.get_absolute_url()}do/pass_review/", f"{row.get_absolute_url()}answers/"):
            assert outsider.post(door, {"reason": "x"}).status_code == 404
        new = outsider.post("/grading/applications/new/", {"enterprise": office.firm.pk, "claimed": "A"})
        lower = outsider.post(
            "/grading/downgrades/new/", {"enterprise": office.firm.pk, "ground": "other", "evidence": "x"}
        )
        assert (new.status_code, lower.status_code) == (404, 404)
        assert office.signed_in(office.own).post("/grading/downgrades/look/").status_code == 302
    assert not Downgrade.objects.exists()
    row.refresh_from_db()
    assert row.state == "declared"


def test_a_downgrade_through_the_pages(folk: Any, firm: Any, give: Any, signed_in: Any, on: Any) -> None:
    give(firm, "A", date(2025, 3, 1))
    with on(0):
        county = signed_in(folk.county)
        asked = {"enterprise": firm.pk, "ground": "exceedance", "evidence": "SO₂超标", "on": "2025-06-01"}
        made = county.post("/grading/downgrades/new/", asked)
        row = Downgrade.objects.get()
        assert made.status_code == 302 and made.url == row.get_absolute_url()
        again = county.post("/grading/downgrades/new/", asked)
        assert again.status_code == 422 and "待决定" in again.content.decode()
        page = signed_in(folk.city).get(row.get_absolute_url()).content.decode()
        assert "临政发〔2024〕4号" in page and "B级" in page
        step = {"grade": "B", "effect_on": "2025-06-10", "reason": "属实", "version": row.version}
        assert signed_in(folk.city).post(f"{row.get_absolute_url()}do/lower_grade/", step).status_code == 302
    assert Held.objects.filter(grade="B", valid_from=date(2025, 6, 10)).exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_in_both_languages(language: str, office: Any) -> None:
    row = office.apply("notice")
    office.give(office.firm, "B-", date(2025, 3, 1), date(2026, 2, 28))
    browser = office.signed_in(office.city)
    browser.cookies["lantian_language"] = language
    with office.on(4):
        made = downgrading.propose_downgrade(office.firm, "exceedance", "SO₂超标", date(2025, 6, 1))
        for door in (
            "/grading/", "/grading/?on=2026-01-05", "/grading/counts/", "/grading/indicators/",
            "/grading/indicators/?industry=carbon&on=2026-06-01", "/grading/applications/?state=notice",
            "/grading/given/", "/grading/downgrades/", made.get_absolute_url(), row.get_absolute_url(),
            "/grading/downgrades/new/", "/public/grades/", "/regions/141002/panels/grading/",
        ):  # fmt: skip
            answer = browser.get(door)
            assert answer.status_code == 200, door
        page = browser.get("/grading/?on=2026-01-05").content.decode()
        assert ("旧体系，待重新评级" if language == "zh-hans" else "old scale, to be graded again") in page


def test_a_grade_is_entered_by_hand(folk: Any, firm: Any, signed_in: Any, on: Any) -> None:
    asked = {"enterprise": firm.pk, "grade": "A", "valid_from": "2025-03-01", "document": "省公告"}
    with on(0):
        assert signed_in(folk.county).post("/grading/given/", asked).status_code == 403
        refused = signed_in(folk.city).post("/grading/given/", asked)
        assert refused.status_code == 422 and "省级" in refused.content.decode()
        assert signed_in(folk.province).post("/grading/given/", asked).status_code == 302
    assert Held.objects.get().valid_to == date(2026, 2, 28)


def test_a_long_list_of_names_says_so_and_is_narrowed(office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from lantian.office.grading import list_views

    monkeypatch.setattr(list_views, "MOST_NAMES", 2)
    for name in ("乙铸造厂", "丙铸造厂"):
        office.make_firm(name)
    with office.on(0):
        browser = office.signed_in(office.city)
        whole = browser.get("/grading/applications/new/").content.decode()
        part = browser.get("/grading/applications/new/?find=丙").content.decode()
    assert "未全部列出" in whole
    assert "丙铸造厂" in part and "乙铸造厂" not in part and "未全部列出" not in part
