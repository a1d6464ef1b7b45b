"""Places in the words of a plan: counties and cities by name, zones, basins, and groups such as 沿河6县(市、区).

The room knows no list of places: a place is recognised by how it is written. What a plan calls a group stays as
written; resolving names to codes is the office's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lantian.planning.fold import Folded, without_titles

_HAN = r"[一-鿿]"
# Kinds of territory that are places only with their word before them, or by themselves.
_AREA = r"(?:盆地|谷地|平原|流域|城市群|老区|三角洲|经济带|示范区|高新区|经济技术开发区|经济开发区|开发区|工业园区|产业园区|工业园|国际机场|重点区域)"
_LISTED = r"(?:县\((?:市、区|区、市|市)\)|市\(县、区\)|县市区|县区市|县区|市县|市|县|区|设区市|城市|乡镇|开发区|园区)"
_NOT_NAMES = re.compile(
    r"(?:^(?:城|设区|超|园|地|小|社|装置|控制|库|厂|矿|作业|示范|先行|引领|各|本|全|重点|有关|相关|其他|其余|周边|县|市|区|集聚|"
    r"建成|规划|覆盖|产|库|景|辖|片|林|牧|灾|郊|新|老|近|远|该|大|中|小|主城|中心城|试点|达标|功能|管控|聚集|主产|盲|山|川|矿山|生态|"
    r"禁煤|禁燃|施工|生活|居民|办公|商业|农村|城镇|部分|我|两|个|省|入)$)|[的和在对将把与及]|城市|园区|控制|排放|污染|部门|装置|等$|年|月"
)
_VERBS = re.compile(
    r"^(?:完成|推进|推动|开展|稳步|稳妥|加快|支持|指导|组织|实施|建设|做好|带动|促进|强化|加强|深化|鼓励|以|对|将|在|由|与|把|为|到|其中|"
    r"同时|结合|根据|按照|加大|临近的|打造|重点|积极|统筹|包括|涉及|依托|一体|完善|引导|要|使|全面|同步|进入|建立|着力|力争|确保|按|从|向|于|市区|近郊的|"
    r"分别由|东西|至|有关)+"
)
_NAMED = re.compile(
    rf"(?P<name>(?<!{_HAN}){_HAN}{{2,10}}?(?:省|市|县|区|州|盟|旗|镇|乡)(?!域|政|级|委|场|直|间|内|管|县|南|北|东|西|中心|里|长|村)"
    rf"|(?<=[、和及与]){_HAN}{{1,5}}?(?:省|市|县|区|州|盟|旗|镇|乡)(?!域|政|级|委|场|直|间|内|管|县|村))"
)
_SHORT_LIST = re.compile(
    rf"(?P<list>(?:{_HAN}{{2,5}}、)+{_HAN}{{2,5}}?)(?:等)?(?:\d{{1,2}}个?|[一二三四五六七八九十]+个?)?(?P<kind>重点)?(?P<tail>{_LISTED})(?!域|级)"
)
_GROUPS = re.compile(
    rf"沿{_HAN}{{1,3}}(?:\d{{1,2}}县\(市、区\)|其他县\(市\)(?:县城建成区)?)"
    r"|(?:全市)?其(?:他|余)(?:设区(?:的)?(?:城市|市)|县\((?:市、区|区、市|市)\)(?:建成区)?|城市|地区|区域|市(?!场|民|政)|县(?!级))"
    r"|各?(?:设区(?:的)?(?:城市|市))(?:建成区)?|各(?:县\((?:市、区|区、市)\)|县市区|市县|市(?=要|应|须|将|制定|$))"
    r"|联防联控(?:县|区域|区)|重点区域(?:城市)?|市区(?:建成区|规划区)?|市城区|主城区|中心城区|城市\(含县城\)建成区|(?:城市|县城)建成区|县城(?!建成|及)"
    r"|[“\"]?(?:禁煤区|禁燃区)[”\"]?|农村地区|平原地区|煤炭主产区|5A级景区"
    rf"|{_HAN}{{1,6}}(?:盆地|谷地|城市群|老区|三角洲|(?:国际)?机场(?=飞机))|{_HAN}{{1,4}}及周边(?:重点)?区域"
)  # fmt: skip
_OFFICE = re.compile(r"(?:人民政府|政府|管理委员会|管委会|街道办事处)$")
_WHOLE = re.compile(r"^全(?:市|省|县|区|域|国|州)$")


def find_places(text: str) -> list[tuple[int, int, str]]:
    """Places of folded `text` in order as (start, end, name): named ones, lists with one ending, groups."""
    masked = without_titles(text)
    found: list[tuple[int, int, str]] = []
    for match in _SHORT_LIST.finditer(masked):
        found += _short_list(match)
    for match in _GROUPS.finditer(masked):
        found.append(_trimmed(match.start(), match.end(), match.group()))
    for match in re.finditer(rf"{_HAN}{{2,8}}(?:经济技术开发区|经济开发区|高新区|开发区)", masked):
        start, end, name = _trimmed(match.start(), match.end(), match.group())
        if len(name) >= 5 and not re.search(r"[各等个内和]", name):
            found.append((start, end, name))
    taken = sorted(found, key=lambda f: (f[0], f[0] - f[1]))
    for match in _NAMED.finditer(masked):
        start, end, name = _trimmed(match.start(), match.end(), match.group())
        if 2 <= len(name) <= 9 and not _NOT_NAMES.search(name[:-1]) and not _WHOLE.match(name):
            taken.append((start, end, name))
    kept: list[tuple[int, int, str]] = []
    for start, end, name in sorted(taken, key=lambda f: (f[0], f[0] - f[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end, name.strip("“”\"")))
    return kept


def _trimmed(start: int, end: int, words: str) -> tuple[int, int, str]:
    """Verbs the pattern took along before the name are given back."""
    verb = _VERBS.match(words)
    if verb and len(words) - verb.end() >= 2:
        start, words = start + verb.end(), words[verb.end() :]
    return start, end, words


def _short_list(match: re.Match[str]) -> list[tuple[int, int, str]]:
    """"临汾、洪洞、侯马等7个开发区": each member, as written."""
    names, position = [], match.start()
    for name in match["list"].split("、"):
        start, end, words = _trimmed(position, position + len(name), name)
        position += len(name) + 1
        if re.search(r"[市县区等的]|企业|行业|煤|钢|焦|电|车|工业", words) or not 2 <= len(words) <= 4:
            return []
        names.append((start, end, words))
    return names if "等" in match.group() or re.search(r"\d", match.group()) else []


def task_regions(body: str, units: Sequence[str], *, plan_region: str | None) -> list[str]:
    """The places a duty is limited to; [] is the whole territory.

    Parameters: body, the task's words; units, those bound to it as written; plan_region, the plan's own territory,
    which is no limit. Returns names as written, in order of the text, governments of places by the place.
    """
    names = [name for _, _, name in find_places(Folded(body).text)]
    for unit in units:
        words = Folded(unit).text
        place = _OFFICE.sub("", words)
        if place != words and place:
            names.append(place)
    own = {plan_region, f"{plan_region}人民政府"}
    return [n for n in dict.fromkeys(names) if n not in own and not _WHOLE.match(n)]
