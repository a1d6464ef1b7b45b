"""Task lists in table form, in Word and HTML."""

from __future__ import annotations

import io

import docx
from planning_helpers import comparing

from lantian.planning import parse_plan

ROWS = [
    ("序号", "重点任务", "工作措施", "牵头单位", "责任单位", "完成时限"),
    ("一", "产业结构", "", "", "", ""),
    (
        "1",
        "淘汰落后产能",
        "淘汰3家企业落后设备。",
        "市工信局",
        "各县（市、区）人民政府、开发区管委会",
        "2024年10月底前",
    ),
    ("2", "", "排查砖瓦窑。", "市生态环境局\n市自然资源局", "东山县 西河县", "长期坚持"),
]


def word() -> bytes:
    document = docx.Document()
    for line in (
        "青川市2024年大气污染防治方案",
        "一、任务",
        "1.甲。做甲。（市工信局负责）",
        "附件",
        "青川市2024年任务清单",
    ):
        document.add_paragraph(line)
    table = document.add_table(rows=len(ROWS), cols=6)
    for r, row in enumerate(ROWS):
        for c, words in enumerate(row):
            table.cell(r, c).text = words
    table.cell(2, 1).merge(table.cell(3, 1))
    document.add_paragraph("抄送：市委。")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def web() -> bytes:
    rows = []
    for r, row in enumerate(ROWS):
        cells = [w.replace("\n", "<br>") for w in row]
        tds = [f"<td>{w}</td>" for w in cells]
        if r == 2:
            tds[1] = f'<td rowspan="2">{cells[1]}</td>'
        if r == 3:
            del tds[1]
        rows.append("<tr>" + "".join(tds) + "</tr>")
    return (
        "<html><body><p>青川市2024年大气污染防治方案</p><p>一、任务</p><p>1.甲。做甲。（市工信局负责）</p><p>附件</p>"
        "<p>青川市2024年任务清单</p><table>" + "".join(rows) + "</table><p>抄送：市委。</p></body></html>"
    ).encode()


def check(name: str, data: bytes) -> None:
    plan = parse_plan(name, data)
    comparing.assert_places(plan)
    assert [(t.number, t.title, t.text) for t in plan.tasks] == [
        ("1", "甲", "做甲。"),
        ("1", "淘汰落后产能", "淘汰3家企业落后设备。"),
        ("2", "淘汰落后产能", "排查砖瓦窑。"),
    ]
    first, second = plan.tasks[1:]
    assert first.clause_path[-1] == "1"
    assert [(u.role, u.unit) for u in first.responsible] == [
        ("lead", "市工信局"),
        ("responsible", "各县（市、区）人民政府"),
        ("responsible", "开发区管委会"),
    ]
    assert [d.by for d in first.deadlines] == ["2024-10-31"]
    assert [(u.role, u.unit) for u in second.responsible] == [
        ("lead", "市生态环境局"),
        ("lead", "市自然资源局"),
        ("responsible", "东山县"),
        ("responsible", "西河县"),
    ]


def test_word_table() -> None:
    check("plan.docx", word())


def test_html_table() -> None:
    check("plan.html", web())


def test_other_tables_stay_words() -> None:
    page = (
        "<html><body><p>一、任务</p><p>1.甲。做甲。（市工信局负责）</p><table><tr><td>城市</td><td>浓度</td></tr>"
        "<tr><td>甲市</td><td>35</td></tr></table></body></html>"
    )
    plan = parse_plan("plan.html", page.encode())
    assert len(plan.tasks) == 1
    assert plan.document.text.count("浓度") == 1
