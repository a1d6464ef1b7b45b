"""Monitoring sites."""

from __future__ import annotations

from lantian.office.registers import declaring as d
from lantian.office.registers.declaring import choices, two

SiteClass = choices(
    "SiteClass", city=("城市站", "city site"), county=("县级站", "county site"),
    township=("乡镇站", "township site"), park=("园区站", "park site"), road=("道路站", "roadside site"),
    corridor=("传输通道站", "corridor site"), airport=("机场、货场、物流园区站",
    "airport, freight yard, logistics"), component=("组分站", "component site"),
    super=("超级站", "supersite"), micro=("微型站", "micro site"),
)  # fmt: skip
Measured = choices(
    "Measured", six=("六参数", "six pollutants"), nmhc=("非甲烷总烃", "NMHC"),
    vocs=("光化学组分", "photochemical species"), pm=("颗粒物组分", "particle composition"),
    tsp=("总悬浮颗粒物", "TSP"), weather=("气象参数", "weather"), nh3=("氨", "ammonia"),
)  # fmt: skip
NetworkState = choices(
    "NetworkState", planned=("未建", "planned"), building=("在建", "being built"),
    built=("已建未联网", "built, not connected"), connected=("已联网", "connected"),
    offline=("断网", "offline"), closed=("已撤销", "closed"),
)  # fmt: skip


class MonitoringSite(d.Register):
    """环境空气监测站点: what it measures, who runs it, whether it is connected; not its data."""

    code, title = "monitoring_sites", two("环境空气监测站点", "Monitoring sites")
    group, order = d.Group.SUPPORT, 10
    source = "晋政发〔2024〕7号 三（八）29；临政发〔2024〕4号 三（六）41；晋中 2024 三（八）26"
    columns = ("name", "site_code", "site_class", "measures", "operator", "connected_on")
    example = {"name": "示例镇站", "site_code": "1410020001", "site_class": "乡镇站", "measures": "六参数",
               "operator": "示例监测（模拟）", "since": "2023-06-01", "connected_on": "2023-07-01",
               "due": "2024-06-30", "status": "已联网"}  # fmt: skip

    name = d.Text(two("站点名称", "Site"), required=True, key=True, most=80)
    site_code = d.Text(two("站点编码", "Code"), searched=True, needed=True, most=30)
    site_class = d.Choice(two("站点类别", "Class"), SiteClass, required=True)
    measures = d.Many(two("监测项目", "Measures"), Measured, needed=True)
    operator = d.Text(two("运维单位", "Operator"), searched=True, most=80)
    since = d.Day(two("建成日期", "Built on"), past=True)
    connected_on = d.Day(two("联网日期", "Connected on"), past=True)
    national = d.Flag(two("与国家、省平台联网", "On the national and provincial platform"))
    calibrated_on = d.Day(two("最近质控日期", "Checked on"), past=True)
    status = d.LifeCycle(NetworkState, closed={NetworkState.CONNECTED, NetworkState.CLOSED})
    due = d.Due(two("建成联网期限", "To be connected by"))
    connected_on.needed = operator.needed = status.is_(NetworkState.CONNECTED)
    since.needed = status.is_(NetworkState.BUILT, NetworkState.CONNECTED)
    checks = (
        d.Check(~(connected_on.given & status.is_(NetworkState.PLANNED, NetworkState.BUILDING,
                NetworkState.BUILT)), two("未联网的站点不能有联网日期",
                "a site not connected has no such day"), "connected_on"),
        d.Check(lambda row: not (row.since and row.connected_on) or row.since <= row.connected_on,
                two("联网早于建成", "connected before it was built"), "connected_on"),
    )  # fmt: skip
    _counted = site_class.is_(SiteClass.TOWNSHIP, SiteClass.PARK) & ~status.is_(NetworkState.CLOSED)
    feeds = (
        d.Share("station_coverage", two("乡镇、园区监测站点覆盖率", "Coverage of townships and parks"),
                part=status.is_(NetworkState.BUILT, NetworkState.CONNECTED, NetworkState.OFFLINE),
                where=_counted, better="more",
                formula=two("已建站点÷应建站点（含未建、在建）；应建的都要列入台账",
                "built / all that are to be built, which must all be listed")),
        d.Share("stations_connected_ratio", two("乡镇、园区站点联网率", "Townships and parks connected"),
                part=status.is_(NetworkState.CONNECTED), where=_counted, better="more"),
        d.Count("stations_connected", two("联网监测站点", "Sites connected"),
                status.is_(NetworkState.CONNECTED), better="more", unit="个"),
    )  # fmt: skip
