"""Construction sites."""

from __future__ import annotations

from lantian.office.ledgers.ruled import limit
from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

SiteKind = choices(
    "SiteKind", building=("建筑工地", "building"), municipal=("市政工程", "municipal works"),
    road=("道路工程", "road works"), water=("水务工程", "water works"), demolition=("拆迁工地", "demolition"),
    line=("长距离线性工程", "long line works"),
)  # fmt: skip
SiteStage = choices(
    "SiteStage", demolition=("拆除", "demolition"), earth=("土方开挖", "earthwork"),
    foundation=("基础", "foundation"), structure=("主体", "structure"), finish=("装饰装修", "finishing"),
    outdoor=("室外工程", "outdoor works"),
)  # fmt: skip
SiteState = choices(
    "SiteState", working=("在建", "working"), stopped=("停工整治", "stopped to rectify"),
    paused=("停工", "paused"), done=("竣工", "finished"),
)  # fmt: skip


class ConstructionSite(d.Register):
    """施工工地: a site, its six items (六个百分之百), its two full coverages, who answers for its dust."""

    code, title = "construction_sites", two("施工工地", "Construction sites")
    group, order = d.Group.DUST, 10
    source = "晋政发〔2024〕7号 三（四）16；临政发〔2024〕4号 三（五）28；晋中 2024 三（五）18"
    columns = ("name", "kind", "stage", "area", "builder", "monitor", "video")
    example = {"name": "示例小区二期（模拟）", "kind": "建筑工地", "stage": "主体", "area": "26000",
               "builder": "示例建设集团（模拟）", "officer": "李四（模拟）", "begun_on": "2024-03-01",
               "finish_by": "2026-06-30", "fence": "是", "cover": "是", "wash": "是", "harden": "是",
               "wet": "是", "closed_trucks": "是", "board": "是", "monitor": "是", "video": "是",
               "due": "2024-07-31"}  # fmt: skip

    name = d.Text(two("工地名称", "Site"), required=True, key=True, most=100, aliases=("项目名称",))
    kind = d.Choice(two("类别", "Kind"), SiteKind, required=True)
    stage = d.Choice(two("施工阶段", "Stage"), SiteStage, needed=True)
    area = d.Quantity(two("建筑面积", "Area"), "m²", required=True, usual=(50, 2000000), also=("平方米",),
                      aliases=("面积",))  # fmt: skip
    builder = d.Text(two("施工单位", "Builder"), required=True, searched=True, most=80)
    owner = d.Text(two("建设单位", "Owner"), searched=True, most=80)
    officer = d.Text(two("扬尘责任人", "Answers for its dust"), needed=True, most=40)
    phone = d.Text(two("联系电话", "Phone"), most=20, pattern=r"[\d\-+() ]{5,20}", pattern_hint="13800000000")
    begun_on = d.Day(two("开工日期", "Begun on"), past=True, needed=True)
    finish_by = d.Day(two("计划竣工日期", "To finish by"))
    fence = d.Flag(two("周边围挡", "Fence"), needed=True)
    cover = d.Flag(two("物料堆放覆盖", "Piles covered"), needed=True)
    wash = d.Flag(two("出入车辆冲洗", "Leaving vehicles washed"), needed=True)
    harden = d.Flag(two("施工现场地面硬化", "Ground hardened"), needed=True)
    wet = d.Flag(two("拆迁和土方湿法作业", "Wet demolition and earthwork"), needed=True)
    closed_trucks = d.Flag(two("渣土车辆密闭运输", "Closed muck trucks"), needed=True)
    board = d.Flag(two("扬尘责任公示牌", "Board of responsibility"), needed=True,
                   source="晋中 2024 三（五）18")  # fmt: skip
    monitor = d.Flag(two("扬尘在线监测联网", "PM monitor connected"))
    video = d.Flag(two("视频监控联网", "Cameras connected"))
    in_price = d.Flag(two("扬尘费用纳入造价", "Dust control in the price"),
                      source="临政发〔2024〕4号 三（五）28")  # fmt: skip
    electric = d.Flag(two("装载机、叉车、打桩机为新能源", "Loaders, forklifts, pile drivers electric"),
                      source="临政发〔2024〕4号 三（四）26")  # fmt: skip
    status = d.LifeCycle(SiteState, closed={SiteState.PAUSED, SiteState.DONE})
    due = d.Due(two("整改期限", "To be rectified by"))
    must_video = d.Derived(two("应装视频监控", "Bound to have cameras"),
                           area.at_least(limit("sites.video_area")), source="晋政发〔2024〕7号 三（四）16",
                           rule="office.registers.sites.video_area")  # fmt: skip
    all_six = d.Derived(two("六个百分之百到位", "All six items"), fence.yes & cover.yes & wash.yes
                        & harden.yes & wet.yes & closed_trucks.yes)  # fmt: skip
    video.needed = monitor.needed = must_video.follows

    feeds = (
        d.Share("sites_six_ratio", two("工地“六个百分之百”达标率", "Sites with all six items"),
                part=all_six.follows, where=status.is_(SiteState.WORKING), better="more"),
        d.Share("sites_video_ratio", two("应装工地视频监控联网率", "Bound sites with cameras"),
                part=video.yes, where=status.is_(SiteState.WORKING) & must_video.follows, better="more"),
        d.Share("sites_monitor_ratio", two("应装工地扬尘监测联网率", "Bound sites with PM monitors"),
                part=monitor.yes, where=status.is_(SiteState.WORKING) & must_video.follows, better="more"),
        d.Count("sites_working", two("在建工地", "Sites at work"), status.is_(SiteState.WORKING)),
    )  # fmt: skip
