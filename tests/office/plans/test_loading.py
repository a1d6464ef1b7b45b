"""Loading a plan: every row where it belongs, the file kept, the same file told, nothing half-written."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from lantian.errors import LantianError

pytestmark = pytest.mark.django_db


def test_everything_read_is_a_row_with_its_words(city_plan: Any, province: dict[str, Any]) -> None:
    plan = city_plan
    assert (plan.title, plan.issuer, plan.doc_no) == (
        "临汾市清洁空气行动计划",
        "临汾市人民政府",
        "临政发〔2024〕99号",
    )
    assert (plan.region, plan.issued_date, plan.year) == (province["141000"], date(2024, 3, 5), 2024)
    text = plan.document.text
    spans = [*plan.targets.all(), *plan.deadlines.all()]
    for task in plan.tasks.all():
        spans += task.quantities.all()
        for unit in task.assignments.all():
            assert text[unit.start : unit.end] == unit.written
    assert spans
    for span in spans:
        assert text[span.start : span.end] == span.quote
    assert [c.path for c in plan.clauses.all()] == [
        "", "一", "二", "二/（一）", "二/（一）/1", "二/（一）/2", "二/（二）", "二/（二）/3", "二/（二）/4",
    ]  # fmt: skip
    pm = plan.targets.get(indicator="pm2_5")
    assert (pm.comparator, pm.value, pm.last_day, pm.clause.path) == (
        "<=",
        Decimal(44),
        date(2025, 12, 31),
        "一",
    )
    assert list(pm.regions.all()) == [province["141000"]]
    heating = plan.tasks.get(number="1")
    assert (heating.title, heating.due, heating.clause.path) == (
        "推进清洁取暖",
        date(2024, 10, 31),
        "二/（一）/1",
    )
    assert plan.tasks.get(number="3").recurring


def test_names_become_units_and_regions(city_plan: Any, province: dict[str, Any]) -> None:
    from lantian.office.people.models import Unit

    heating = {a.written: a for a in city_plan.tasks.get(number="1").assignments.all()}
    energy = heating["市能源局"]
    assert (energy.unit.name, energy.unit.region, energy.role) == ("临汾市能源局", province["141000"], "lead")
    counties = heating["各县市区人民政府"]
    assert counties.unit is None
    assert sorted(r.code for r in counties.regions.all()) == ["141002", "141024"]
    boiler = city_plan.tasks.get(number="2").assignments.get(written="洪洞县人民政府")
    assert (boiler.unit.kind, boiler.unit.region.code) == ("government", "141024")
    assert [r.code for r in boiler.regions.all()] == ["141024"]
    some = city_plan.tasks.get(number="3").assignments.get(written="有关县市区人民政府")
    assert (some.unresolved, some.regions.count()) == ("some", 0)
    assert Unit.objects.filter(name="临汾市生态环境局").count() == 1


def test_a_unit_known_by_its_short_name_is_not_doubled(province: dict[str, Any], write_plan: Any) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import load_plan_file

    known = Unit.objects.create(name="市能源局", region=province["141000"])
    plan = load_plan_file(write_plan("a.txt", _text())).plan
    assert plan.tasks.get(number="1").assignments.get(role="lead").unit == known


def test_the_file_is_kept_under_its_hash(city_plan: Any, office_data: Path, tmp_path: Path) -> None:
    content = (tmp_path / "linfen.txt").read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    kept = list((office_data / "files").rglob("*.txt"))
    assert [p.name for p in kept] == [f"{sha256}.txt"]
    assert kept[0].read_bytes() == content
    assert city_plan.document.size == len(content)


def test_the_same_file_again_changes_nothing(city_plan: Any, write_plan: Any) -> None:
    from lantian.office.people.models import ActionLog
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Plan, Task

    rows = ActionLog.objects.count()
    again = load_plan_file(write_plan("other-name.txt", _text()))
    assert again.already
    assert again.plan == city_plan
    assert again.counts["tasks"] == 4
    assert (Plan.objects.count(), Task.objects.count(), ActionLog.objects.count()) == (1, 4, rows)


def test_a_plan_of_an_unknown_region_is_refused_whole(
    province: dict[str, Any], write_plan: Any, office_data: Path
) -> None:
    from lantian.office.people.models import Unit
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Plan

    file = write_plan("jincheng.txt", _text().replace("临汾", "晋城"))
    with pytest.raises(LantianError, match="晋城市") as refused:
        load_plan_file(file)
    assert refused.value.where == "jincheng.txt"
    assert refused.value.remedy
    assert not Plan.objects.exists()
    assert not Unit.objects.exists()
    assert not list((office_data / "files").rglob("*.txt"))
    assert load_plan_file(file, region="141000").plan.region.code == "141000"


def test_a_crash_while_writing_leaves_neither_rows_nor_file(
    province: dict[str, Any], write_plan: Any, office_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantian.office.plans import loading
    from lantian.office.plans.models import Document, Plan

    def broken(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(loading, "record", broken)
    with pytest.raises(RuntimeError):
        loading.load_plan_file(write_plan("a.txt", _text()))
    assert not Plan.objects.exists()
    assert not Document.objects.exists()
    assert not list((office_data / "files").rglob("*.txt"))


@pytest.mark.parametrize(
    ("name", "content"), [("empty.txt", b""), ("absent.txt", None), ("plan.xyz", b"abc")]
)
def test_what_is_no_plan_gets_a_line_with_its_name(
    province: dict[str, Any], tmp_path: Path, name: str, content: bytes | None
) -> None:
    from lantian.office.plans.actions import load_plan_file

    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(LantianError, match=name):
        load_plan_file(tmp_path / name)


def test_who_may_load_and_for_which_region(person: Any, write_plan: Any) -> None:
    from lantian.office.plans.actions import load_plan_file

    file = write_plan("a.txt", _text())
    with pytest.raises(PermissionDenied):
        load_plan_file(file, actor=person("reader", "141000", role="county_officer"))
    with pytest.raises(LantianError, match=r"outside your region|不在您的区域"):
        load_plan_file(file, actor=person("elsewhere", "140100", role="analyst"))
    loaded = load_plan_file(file, actor=person("analyst", "141000", role="analyst"))
    assert loaded.plan.loaded_by.username == "analyst"
    with pytest.raises(LantianError):  # that it is loaded already is no business of another city either
        load_plan_file(file, actor=person("curious", "140100", role="analyst"))


def test_a_plan_of_a_region_outside_cannot_be_slipped_in_under_a_code_of_ones_own(
    person: Any, write_plan: Any, signed_in: Any
) -> None:
    """Whose region it is, the document says too: the reader of Yaodu loads no plan of Linfen as Yaodu's."""
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Plan

    file = write_plan("a.txt", _text())
    analyst = person("yaodu", "141002", role="analyst")
    for region in (None, "141000", "141002"):
        with pytest.raises(LantianError) as refused:
            load_plan_file(file, actor=analyst, region=region)
        line = refused.value.line
        assert "临汾市" in line and "a.txt" in line and "\n" not in line
    with file.open("rb") as upload:
        page = signed_in(analyst).post("/plans/", {"file": upload, "region": "141002"}, follow=True)
    assert page.status_code == 200 and "临汾市" in page.content.decode()
    assert not Plan.objects.exists()


@pytest.mark.parametrize("words", ["没有这个市", "130100"])
def test_a_region_that_is_not_in_the_register_gets_one_line(
    province: Any, write_plan: Any, person: Any, signed_in: Any, words: str
) -> None:
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.models import Plan

    file = write_plan("a.txt", _text())
    with pytest.raises(LantianError, match=words) as refused:
        load_plan_file(file, region=words)
    assert "\n" not in refused.value.line
    with file.open("rb") as upload:
        boss = signed_in(person("boss", "140000", role="administrator"))
        page = boss.post("/plans/", {"file": upload, "region": words}, follow=True)
    assert words in page.content.decode() and not Plan.objects.exists()


def test_a_plan_loaded_for_another_region_and_its_attachment_of_another_are_marked(
    province: Any, write_plan: Any
) -> None:
    from lantian.office.plans.actions import load_plan_file
    from lantian.office.plans.loading import notes_of

    own = load_plan_file(write_plan("a.txt", _text()))
    assert not any("太原市" in note for note in own.notes)
    attached = (
        "\n附件1\n\n太原市散煤治理行动计划\n\n一、主要任务\n\n1.清理散煤。2024年9月底前，完成3600户散煤替代。"
        "（市能源局负责）\n"
    )
    two = load_plan_file(write_plan("b.txt", _text() + attached)).plan
    assert [n["params"] for n in two.notes if n["code"] == "part_of_other_region"] == [
        {"part": "附件1 太原市散煤治理行动计划", "said": "太原市", "region": "临汾市"}
    ]
    assert any("太原市" in note for note in notes_of(two))
    elsewhere = load_plan_file(write_plan("c.txt", _text() + " "), region="140100").plan
    assert "other_region" in {note["code"] for note in elsewhere.notes}


def _text() -> str:
    source = Path(__file__).with_name("conftest.py").read_text(encoding="utf-8")
    return source.split('CITY_PLAN = """')[1].split('"""')[0]
