"""Industrial parks."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

ParkState = choices("ParkState", planning=("编制方案", "plan being made"),
                    running=("整治中", "being rectified"),
                    accepted=("已验收", "accepted"), watched=("日常监管", "watched"))  # fmt: skip


class Park(d.Register):
    """工业园区: its plan of treatment, its problems, its monitors."""

    code, title, group, order = "parks", two("工业园区", "Industrial parks"), d.Group.PROJECTS, 32
    source = "临政发〔2024〕4号 三（一）7；晋政发〔2024〕7号 三（五）19；晋中 2024 三（二）9"
    columns = ("name", "key_park", "firms", "stations", "problems", "solved", "due")
    example = {"name": "示例经济开发区（模拟）", "key_park": "是", "firms": "58", "stations": "3",
               "boundary": "是",
               "plan_issued_on": "2024-06-01", "problems": "24", "solved": "18", "ldar_platform": "是",
               "central_heat": "是", "status": "整治中", "due": "2024-09-30"}  # fmt: skip

    name = d.Text(two("园区名称", "Park"), required=True, key=True, most=80, aliases=("开发区名称",))
    key_park = d.Flag(two("重点园区", "Key park"), required=True)
    firms = d.Whole(two("涉气企业数", "Firms that emit"), "家", needed=True)
    stations = d.Whole(two("空气监测站", "Air stations"), "个", needed=True)
    boundary = d.Flag(two("边界监测", "Boundary monitors"), needed=key_park.yes)
    plan_issued_on = d.Day(two("方案印发日期", "Plan issued on"), past=True, needed=key_park.yes)
    problems = d.Whole(two("突出问题数", "Problems found"), "个", needed=True)
    solved = d.Whole(two("已整改问题数", "Problems solved"), "个", needed=True)
    ldar_platform = d.Flag(two("LDAR信息管理平台", "LDAR platform"), needed=key_park.yes)
    central_heat = d.Flag(two("集中供热（供气）", "Central heat"))
    status = d.LifeCycle(ParkState, closed={"accepted", "watched"}, proof={"accepted"})
    due = d.Due(two("整治期限", "Rectify by"), needed=status.open)
    accepted_on = d.Day(two("验收日期", "Accepted on"), past=True, needed=status.is_("accepted"))

    checks = (
        d.Check(lambda row: None in (row.problems, row.solved) or row.solved <= row.problems,
                two("已整改数多于问题数", "more are solved than were found"), "solved"),
        d.Check(lambda row: row.status != ParkState.ACCEPTED or row.solved == row.problems,
                two("问题未全部整改不能验收", "not all problems are solved"), "status"),
    )  # fmt: skip
    feeds = (
        d.Ratio("park_problems_solved", two("园区问题整改率", "Problems of parks solved"), of=(solved,),
                to=(problems,),
                better="more"),
        d.Share("parks_with_stations", two("园区空气站覆盖率", "Parks with air stations"),
                part=stations.at_least(1),
                better="more"),
        d.Count("key_parks_left", two("未完成整治的重点园区", "Key parks to rectify"),
                key_park.yes & status.open,
                better="less"),
    )  # fmt: skip
