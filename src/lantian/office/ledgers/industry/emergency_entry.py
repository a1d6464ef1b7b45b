"""Entries of the emergency reduction list."""

from __future__ import annotations

from typing import Any

from lantian.office.ledgers.deciding import rule
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

Grade = choices("Grade", a_plus=("A+", "A+"), a=("A级", "A"), b=("B级", "B"), b_minus=("B-级", "B-"),
                c=("C级", "C"),
                d=("D级", "D"), leading=("引领性", "leading"), ordinary=("非引领性", "not leading"),
                none=("不在39行业", "not graded"))  # fmt: skip
Measure = choices("Measure", own=("自主减排", "of its own"), limit=("限产", "limit"),
                  stop=("停产", "stop"))  # fmt: skip
ListState = choices("ListState", draft=("编制中", "draft"), listed=("已入清单", "listed"),
                    out=("已移出", "taken out"))  # fmt: skip
LEVELS, STRENGTH = ("yellow", "orange", "red"), ("own", "limit", "stop")


def _levels(zh: str, en: str) -> list[Any]:
    return [d.Quantity(two(f"{level}{zh}减排量", f"{en} cut, {colour}"), "kg/d", needed=True, decimals=2,
                       also=("千克/日",))
            for level, colour in zip("黄橙红", LEVELS, strict=True)]  # fmt: skip


def strong_enough(row: EmergencyEntry) -> bool:
    """At each level at least what the rule asks of the grade (a D stops at every level)."""
    least = rule("emergency.least_measure").table.get(row.grade, {})
    return all(STRENGTH.index(getattr(row, level)) >= STRENGTH.index(least.get(level,
        "own")) for level in LEVELS)  # fmt: skip


def rising(row: EmergencyEntry) -> bool:
    """Neither a measure nor a cut falls with a higher level."""
    series = [[STRENGTH.index(getattr(row, level)) for level in LEVELS]]
    for one in ("so2", "nox", "pm", "voc"):
        cuts = [getattr(row, f"{one}_{level}") for level in LEVELS]
        series.append([cut for cut in cuts if cut is not None])
    return all(found == sorted(found) for found in series)


class EmergencyEntry(d.Register):
    """应急减排清单: a line of an enterprise, its measure at each level of warning and what it cuts."""

    code, title, order = "emergency_entries", two("应急减排清单", "Emergency reduction list"), 15
    source = "晋政发〔2024〕7号 三（七）28；临政发〔2024〕4号 三（六）40；重点行业应急减排技术指南（2020）"
    columns = ("enterprise", "year", "line", "grade", "yellow", "orange", "red", "nox_red")
    example = {"year": "2024", "line": "1号线", "grade": "D级", "yellow": "停产",
               "orange": "停产",
               "red": "停产", "action": "停1号造型线", "power_normal": "5200", "lead_hours": "4",
               "board": "是",
               **{f"{one}_{level}": "12.5" for one in ("so2", "nox", "pm",
                                                       "voc") for level in LEVELS}}  # fmt: skip

    enterprise = d.Owner(required=True, key=True)
    year = d.Year(two("清单年度", "Year"), required=True, key=True)
    line = d.Text(two("生产线（工序）", "Line"), required=True, key=True, most=80)
    grade = d.Choice(two("绩效等级", "Grade"), Grade, required=True, needed=True, judged=True)
    exemption = d.Text(two("保障（豁免）类别", "Exemption"), most=60, judged=True)
    yellow = d.Choice(two("黄色预警措施", "Yellow"), Measure, required=True)
    orange = d.Choice(two("橙色预警措施", "Orange"), Measure, required=True)
    red = d.Choice(two("红色预警措施", "Red"), Measure, required=True)
    action = d.Text(two("措施内容", "What is done"), needed=True, most=300,
                    hint=two("写明停哪条线", "which line stops"))  # fmt: skip
    power_normal = d.Quantity(two("正常日用电", "Power on a normal day"), "kWh", needed=True,
                              also=("度", "千瓦时"))  # fmt: skip
    lead_hours = d.Quantity(two("启停时间", "Time to stop"), "h", usual=(0, 120), also=("小时",))
    so2_yellow, so2_orange, so2_red = _levels("二氧化硫", "SO₂")
    nox_yellow, nox_orange, nox_red = _levels("氮氧化物", "NOₓ")
    pm_yellow, pm_orange, pm_red = _levels("颗粒物", "PM")
    voc_yellow, voc_orange, voc_red = _levels("VOCs", "VOCs")
    board = d.Flag(two("公示牌", "Notice board"), needed=True)
    status = d.LifeCycle(ListState, closed={"listed", "out"}, judged={"listed", "out"})

    checks = (
        d.Check(strong_enough, two("措施低于该绩效等级的要求（D级须停产）",
                                   "less than its grade asks (a D stops)"), "yellow"),
        d.Check(rising, two("预警级别越高，措施和减排量不能越小", "a higher level cannot ask less"), "red"),
    )  # fmt: skip
    feeds = (
        d.Count("emergency_lines", two("应急减排清单生产线", "Lines of the list"), status.is_("listed")),
        d.Total("emergency_so2", two("红色预警二氧化硫减排", "SO₂ cut at red"), so2_red,
                status.is_("listed")),
        d.Total("emergency_nox", two("红色预警氮氧化物减排", "NOₓ cut at red"), nox_red,
                status.is_("listed")),
        d.Total("emergency_pm", two("红色预警颗粒物减排", "PM cut at red"), pm_red, status.is_("listed")),
        d.Total("emergency_voc", two("红色预警VOCs减排", "VOCs cut at red"), voc_red, status.is_("listed")),
    )  # fmt: skip
