"""Places in the words of a plan: counties and cities by name, zones, basins, and groups such as
沿河6县(市、区).

The room knows no list of places: a place is recognised by how it is written. What a plan calls a group
stays as
written; resolving names to codes is the office's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lantian.planning.fold import fold_text, without_titles

_HAN = r"[一-鿿]"
# A name never goes on so: 市场, 县级, 区域, 乡镇; those are other words.
_NOT_AFTER = r"(?!场|级|域|政|委|直|间|内|管|中心|里|长|村|区|县|镇|容|民|外|城|一体|块|级|别)"
_NAME = re.compile(rf"(?:{_HAN}{{1,6}}?(?:市|县|区|盟|旗|自治州)|{_HAN}{{2,4}}(?:镇|乡)){_NOT_AFTER}")
_TOWN = re.compile(rf"{_HAN}{{2,4}}?(?:县|区|市|镇|乡|街道){_NOT_AFTER}")
# What stands before 市/县/区 in words that name no place: 城市, 园区, 设区市, 控制区, 示范区.
_NO_STEM = re.compile(
    r"城|超|园|地|小|社|库|厂|矿|景|辖|片|林|牧|灾|郊|各|全|本|我|两|该|外|川|山|省|大|中|新|老|国|县|市|区|分|街|"
    r".*(?:设区|设区的|装置|控制|作业|示范|先行|引领|重点|有关|相关|其他|其余|周边|集聚|建成|规划|覆盖|主产|主城|中心城|试点|达标|功能|管控|"
    r"聚集|生态|禁煤|禁燃|施工|生活|居民|办公|商业|农村|城镇|部分|保护|服务|管理|限行|禁行|联控|防控|责任|运行|开发|集中|敏感|环境|"
    r"核心|园|试验|合作|自贸|产业|工业|技术|乡|街|市|县|分类分|住宅小|居民小|地)"
)
# County seats are named 运城市, 晋城市, 东城区 too: one word before 城 makes a name of it.
_CITY_STEM = re.compile(rf"{_HAN}城")
_NO_NAME = re.compile(
    r"[的将把被并且但或]|各|城乡|鼓励|位于|[全我本]市|企业|行业|控制|排放|污染|部门|装置|改造|治理|监测|[对在由向](?=.)"
)
_LEAD = re.compile(
    r"(?:(?:\d{4})?年度?|其中|完成|推进|推动|开展|稳步|稳妥|加快|支持|指导|组织|实施|建设|做好|带动|促进|强化|加强|深化|鼓励|以|对|将|在|由|与|把|"
    r"到|同时|结合|根据|按照|加大|临近|打造|重点|积极|统筹|包括|涉及|依托|一体|完善|引导|要|使|全面|同步|进入|建立|着力|力争|确保|按|从|向|于|"
    r"整治|新增|开始|科学|划定|现有|推行|进入|加大对|摸排|清理取缔|修订|淘汰|启动|继续|持续|巩固|提升|督促|协调|配合|的|为)+"
)
_SHORT_LIST = re.compile(
    rf"(?P<list>(?:{_HAN}{{2,5}}、)+{_HAN}{{2,5}}?)等?(?P<count>\d{{1,2}}个?|[二三四五六七八九十]+个?)?(?:重点)?"
    r"(?:县\((?:市、区|区、市|市)\)|市\(县、区\)|县市区|县区市|县区|市县|市|县|区|设区市|城市|开发区|园区|经济技术开发区)(?!域|级|场|政)"
)
_NO_SHORT = re.compile(r"[市县区等的]|企业|行业|工业|[煤钢焦电车水泥]")
_GROUPS = re.compile(
    rf"沿{_HAN}{{1,3}}(?:\d{{1,2}}县\(市、区\)|其他县\(市\)(?:县城建成区)?)"
    r"|(?:全市)?其(?:他|余)(?:设区(?:的)?(?:城市|市)|县\((?:市、区|区、市|市)\)(?:建成区)?|城市|地区|区域|市(?!场|民|政)|县(?!级))"
    r"|各?(?:设区(?:的)?(?:城市|市))(?:建成区)?|各(?:县\((?:市、区|区、市|市)\)|县市区|市县|市(?=要|应|须|将|制定|完成|$))"
    r"|联防联控(?:县|区域|区)|重点区域(?:城市)?|市区(?:建成区|规划区)?|市城区|主城区|中心城区|(?<![一-鿿])城区|城市\(含县城\)建成区|(?:城市|县城)建成区|县城(?!建成|及)"
    r"|禁煤区|禁燃区|煤炭主产区|5A级景区"
)  # fmt: skip
_AREAS = re.compile(
    rf"(?P<stem>{_HAN}{{1,10}}?)(?P<kind>盆地|谷地|平原|流域|城市群|革命老区|三角洲|国际机场|经济技术开发区|经济开发区|高新技术产业开发区|"
    r"高新区|工业园区|开发区|经济区|及周边(?:重点)?(?:区域|地区)|地区)(?!域)"
)
_NO_AREA = re.compile(
    r"(?:^|[的各等个内和县市区])$|农村|平原|山|部分|其他|有关|相关|全市|全省|存在|^\d|未达标|的"
)
_OFFICE = re.compile(r"(?:人民政府|政府|管理委员会|管委会|街道办事处)$")
_WHOLE = re.compile(r"^[全本我](?:市|省|县|区|域|国|州)$")
_EVERY = re.compile(r"各(?:县|市)|设区(?:的)?(?:城市|市)$")  # everybody is no limit
_CUT = re.compile(
    r"[、,;。:()“”\"《》\0]|(?<=[市县区州镇乡地谷群角)])[和及与](?=.)|(?<=[一-鿿])等?\d+个?|等(?=市|县|区)"
)


def find_places(text: str) -> list[tuple[int, int, str]]:
    """Places of folded `text` in order as (start, end, name): named ones, lists with one ending, areas
    and groups."""
    masked = without_titles(text)
    found: list[tuple[int, int, str]] = []
    for match in _SHORT_LIST.finditer(masked):
        found += _short_list(match)
    found += [(m.start(), m.end(), m.group()) for m in _GROUPS.finditer(masked)]
    for start, end in _pieces(masked):
        found += _in_piece(masked, start, end)
    kept: list[tuple[int, int, str]] = []
    for start, end, name in sorted(found, key=lambda f: (f[0], f[0] - f[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, name))
    return kept


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Members of lists and clauses; 和 at the head of a member belongs to it (和顺县)."""
    start = 0
    for cut in _CUT.finditer(text):
        if cut.start() > start:
            yield start, cut.start()
        start = cut.end()
    if start < len(text):
        yield start, len(text)


def _in_piece(text: str, start: int, end: int) -> list[tuple[int, int, str]]:
    """The places at the head of a piece: after its verbs, one name or area, and towns written behind it."""
    of = text.rfind("的", start, end)
    for position in dict.fromkeys((start, of + 1 if of >= 0 else start)):
        lead = _LEAD.match(text, position, end)
        for head in dict.fromkeys((lead.end() if lead else position, position)):
            area = _AREAS.match(text, head, end)
            if area and len(area["stem"]) >= 2 and not _NO_AREA.search(area["stem"]):
                return [(head, area.end(), area.group())]
            name = _NAME.match(text, head, end)
            if name and _is_name(name.group()):
                places = [(head, name.end(), name.group())]
                town = _TOWN.match(text, name.end(), end)
                if town and _is_name(town.group()) and len(town.group()) >= 3:
                    places.append((name.end(), town.end(), town.group()))
                return places
    return []


def _is_name(words: str) -> bool:
    return (
        2 <= len(words) <= 9
        and (not _NO_STEM.fullmatch(words[:-1]) or bool(_CITY_STEM.fullmatch(words[:-1])))
        and not _NO_NAME.search(words)
        and ("城市" not in words or bool(_CITY_STEM.fullmatch(words[:-1])))
        and not _WHOLE.match(words)
    )


def _short_list(match: re.Match[str]) -> list[tuple[int, int, str]]:
    """ "临汾、洪洞、侯马等7个开发区": each member, as written. Without 等 or a number it is no such list."""
    if not match["count"] and not match.group()[len(match["list"]) :].startswith("等"):
        return []
    names, position = [], match.start()
    for name in match["list"].split("、"):
        lead = _LEAD.match(name)
        cut = lead.end() if lead and len(name) - lead.end() >= 2 else 0
        words = name[cut:]
        if _NO_SHORT.search(words) or not 2 <= len(words) <= 4:
            return []
        names.append((position + cut, position + len(name), words))
        position += len(name) + 1
    return names


def task_regions(body: str, units: Sequence[str], *, plan_region: str | None) -> list[str]:
    """The places a duty is limited to; [] is the whole territory.

    Parameters: body, the task's words; units, those bound to it as written; plan_region, the plan's own
    territory,
    which is no limit. Returns names as written, in order of the text, governments of places by the place.
    """
    names = [name for _, _, name in find_places(fold_text(body).text) if not _EVERY.match(name)]
    for unit in units:
        words = fold_text(unit).text
        place = _OFFICE.sub("", words)
        named = _NAME.fullmatch(words)
        if place and (place != words or (named and _is_name(words))):
            names.append(place)
    return [n for n in dict.fromkeys(names) if n != plan_region and not _WHOLE.match(n)]
