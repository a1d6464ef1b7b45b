"""What a plan says about itself before its first clause: title, issuer, number, date, region, parents."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lantian.planning.clean import Line
from lantian.planning.marks import fold, half_width, squeeze
from lantian.planning.model import Meta

_NUMBER = re.compile(r"(?P<who>[\u4e00-\u9fff]{2,14})[〔（](?P<year>(?:19|20)\d\d)[〕）](?P<n>\d{1,4})号")
_DATE = re.compile(r"(20\d\d)年(\d{1,2})月(\d{1,2})日")
_CHINESE_DATE = re.compile(
    r"(二[〇○零Oo0]|二O)([一二三四五六七八九〇○零]{2})年([一二三四五六七八九十]{1,2})月([一二三四五六七八九十]{1,3})日"
)
_TITLE_END = re.compile(
    r"(?:方案|计划|规划|意见|办法|措施|行动|细则|要点|清单|预案|任务|制度|规定|(?:任务|分工|分解|责任|一览|清单)表)(?:（(?:试行|修订版?|暂行|征求意见稿|20\d\d.{0,8}|.{0,4}稿)）)?$"
)
_NOT_TITLE = re.compile(r"印发|通知$|^现将|文件$|^附|，|。|：|；")
_FIELDS = (
    r"索引号|主题分类|主题词|发文机关|发布机构|制发机关|成文日期|发文日期|印发日期|发布日期|标题|名称"
    r"|发文字号|文号|有效性|公开"
)
_LABELLED = re.compile(
    r"(?:(?P<issuer>发文机关|发布机构|制发机关)|(?P<number>发文字号|文号)|(?P<date>成文日期|发文日期|印发日期))"
    rf"：?\n?(?P<words>[^\n：]+?)(?=\n|$|(?:{_FIELDS})：?)"
)
_LETTERHEAD = re.compile(r"^(?P<who>[\u4e00-\u9fff（）]{4,30})文件$")
_ABOUT = re.compile(r"^(?P<who>[\u4e00-\u9fff]{4,30}?)关于(?:印发|发布|下发|做好|实施|进一步|加强|开展)")
_BODY = (
    r"人民政府(?:办公厅|办公室)?|人民委员会|生态环境厅|生态环境局|生态环境部|委员会(?:办公室)?|办公厅|办公室|管理委员会|管委会|指挥部(?:办公室)?"
    r"|领导小组(?:办公室)?|(?:领导|工作)组(?:办公室)?|专班|[攻坚蓝天大气]{2}办|[厅局部委]"
)
_SIGNER = re.compile(rf"^[\u4e00-\u9fff（）]{{2,24}}(?:{_BODY})$")
_SEALED = re.compile(r"^（(?:代章|盖章|印章|公章|章)）$")
_DRAFT = re.compile(r"[（(](?:征求意见|送审|讨论|审议|草案|报批|公示)(?:修改)?稿?[）)]$")
_ZONE = re.compile(
    r"^(?P<place>[\u4e00-\u9fff]{2,16}?(?:经济技术开发区|产业开发区|经济开发区|高新区|经开区|开发区|示范区|合作区"
    r"|新区|工业园区|产业园区|综合保税区|管理区|矿区|风景名胜区))(?=管理委员会|管委会|\d|[^\u4e00-\u9fff]|空气|大气|落实|环境"
    r"|贯彻|深入|夏季|秋冬|冬春|扬尘|关于|生态|臭氧|$)"
)
_PRINTED = re.compile(r"印发$")
_PLACE = re.compile(
    r"(?P<place>[\u4e00-\u9fff]{1,9}?(?:特别行政区|自治区|自治州|自治县|自治旗|地区|林区|省|市|州(?![市区县])|盟|县|旗|区))"
)
_NOT_PLACE = re.compile(
    r"^(?:城[市区]|地[区市]|我|本|该|各|重点|全|市|县|区|工业|园|开发|示范|设区|建成|农|矿|社|禁|所有|有关|关于|印发|落实|推进|空气|环境|重污染)|(?:城|园|开发|示范|工业|矿|社|库|辖|战略|地)区$|重点.*区$"
)
_MUNICIPALITIES = {"北京市", "天津市", "上海市", "重庆市"}
_REFERENCE = re.compile(
    r"(?P<who>国务院(?:办公厅)?|中共中央、?国务院|省委|省政府(?:办公厅)?|市委|市政府|生态环境部|[\u4e00-\u9fff]{2,8}(?:人民政府|生态环境厅))?《(?P<name>[^《》]*(?:《[^《》]*》[^《》]*)*)》(?P<number>[（(][^（()）]*[〔（(\[]\d{4}[〕）)\]]\d+号[)）])?"
)
_YEARS = r"20\d\d年?[—\-－–~至]+20\d\d年?"


@dataclass(slots=True)
class Front:
    """Lines of the letterhead and notice, and the words of the preamble, both folded."""

    lines: list[Line]
    tail: list[Line]
    body: str = ""
    notes: list[str] = field(default_factory=list)


def read_meta(document: str, front: Front) -> Meta:
    """Read title, issuer, number, date, region, level and parents.

    Parameters
    ----------
    document
        the document's text, for words as written
    front
        lines before the first clause and after the last, and the first words of the body

    Returns
    -------
    what the document says; None for what it does not say
    """
    lines = front.lines
    name = _name_in_notice(lines)
    title, at = _title(document, lines, name)
    title = title or name
    meta = Meta(title=_DRAFT.sub("", title) if title else None)
    meta.doc_no = _doc_no(document, lines)
    said = _labelled(lines)
    signed = _signature(lines) or _signature(front.tail)
    meta.issuer = _issuer(lines, signed, at) or said.get("issuer")
    meta.doc_no = meta.doc_no or said.get("doc_no")
    meta.issued_date = (_date_of(signed[1]) if signed else None) or said.get("date")
    if meta.issued_date is None:
        meta.issued_date = _printed_date([*front.tail, *lines])
    meta.region, meta.level = _region(meta, lines, front.body)
    preamble = "".join(document[x.start : x.end] for x in lines[at:]) if at < len(lines) else ""
    meta.parent_docs = parents(squeeze(preamble).replace("**", ""))
    meta.year = _year(meta, preamble, front.body)
    return meta


def _words(document: str, line: Line) -> str:
    return squeeze(document[line.start : line.end]).replace("**", "").lstrip("#")


def _labelled(lines: list[Line]) -> dict[str, str]:
    """What a web page's table says about the document: 发文机关, 发文字号, 成文日期."""
    said: dict[str, str] = {}
    for found in _LABELLED.finditer("\n".join(line.words for line in lines)):
        words = found["words"].strip()
        if found["issuer"] and 4 <= len(words) <= 30:
            said.setdefault("issuer", words)
        elif found["number"] and (number := _NUMBER.search(words)):
            said.setdefault("doc_no", f"{number['who']}〔{number['year']}〕{int(number['n'])}号")
        elif found["date"] and (date := re.search(r"(20\d\d)[年-](\d{1,2})[月-](\d{1,2})", words)):
            said.setdefault("date", _iso(int(date[1]), int(date[2]), int(date[3])) or "")
    return {key: value for key, value in said.items() if value}


def _bare(text: str) -> str:
    return re.sub(r"[《》<>〈〉“”\"\s]", "", fold(text))


def _name_in_notice(lines: list[Line]) -> str | None:
    """The plan's name in `现将《…》印发给你们` or `关于印发…的通知`."""
    text = "".join(line.words for line in lines)
    for place in re.finditer(r"《", text):
        depth, end = 0, -1
        for i in range(place.start(), min(len(text), place.start() + 120)):
            depth += (text[i] == "《") - (text[i] == "》")
            if not depth:
                end = i
                break
        behind = text[end + 1 : end + 40]
        before = text[max(0, place.start() - 6) : place.start()]
        if end > 0 and (
            before.endswith(("现将", "，将"))
            or re.match(r"(?:已经|，?经|业经|已)[^。]{0,30}同意|印发给", behind)
        ):
            return re.sub(r"[<〈](.*?)[>〉]", r"《\1》", text[place.start() + 1 : end])
    found = re.search(r"关于印发《?([^。]{4,60}?)》?的通知", text)
    return re.sub(r"[<〈](.*?)[>〉]", r"《\1》", found[1]) if found else None


def _title(document: str, lines: list[Line], name: str | None) -> tuple[str | None, int]:
    """The title as its own lines give it, and the index of the line behind it."""
    best: tuple[tuple[bool, int, int], str, int] | None = None
    for i in range(len(lines)):
        words = ""
        for j in range(i, min(i + 4, len(lines))):
            line = lines[j].words
            if (
                _NOT_TITLE.search(re.sub(r"《.*?》", "", line))
                or _SIGNER.match(line)
                or _DATE.search(line)
                or _NUMBER.fullmatch(line)
            ):
                break
            words += _words(document, lines[j])
            if len(words) > 70 or words.count("《") != words.count("》"):
                continue
            if not _TITLE_END.search(fold(words)) or re.match(r"^[为按根]", words):
                continue
            same = name is not None and _bare(words) == _bare(name)
            placed = bool(_PLACE.match(words))
            if not same and not placed and (name or len(words) < 8):
                continue
            key = (same, j, len(words))
            if best is None or key[0] > best[0][0] or (key[0] == best[0][0] and _better(key, best[0])):
                best = (key, words, j + 1)
    if best:
        return re.sub(r"<(.*?)>", r"《\1》", best[1]) if "《" not in best[1] else best[1], best[2]
    return None, _preamble_at(lines)


def _better(key: tuple[bool, int, int], best: tuple[bool, int, int]) -> bool:
    """The later line wins, and of windows that end in the same line the longer."""
    return key[1] > best[1] or (key[1] == best[1] and key[2] > best[2])


def _preamble_at(lines: list[Line]) -> int:
    for i, line in enumerate(lines):
        if re.match(
            r"为(?:了)?(?:深入|全面|贯彻|落实|切实|进一步|持续|做好|加强|推动|加快|认真|巩固|改善|扎实|坚决|打)|按照|根据|依据",
            line.words,
        ):
            return i
    return len(lines)


def _doc_no(document: str, lines: list[Line]) -> str | None:
    """The document's own number: a line of its own, not a reference in a sentence."""
    for line in lines:
        found = _NUMBER.search(line.words)
        if found and not re.search(r"[《》。，]", line.words) and len(line.words) - len(found[0]) <= 12:
            who = found["who"]
            return f"{who}〔{found['year']}〕{int(found['n'])}号"
    return None


def _signature(lines: list[Line]) -> tuple[str | None, Line] | None:
    """The signing body and date under the notice."""
    for i, line in enumerate(lines):
        if i and (_DATE.fullmatch(line.words) or _CHINESE_DATE.fullmatch(line.words)):
            above = [x for x in lines[max(0, i - 3) : i] if not _SEALED.match(x.words)]
            signers: list[Line] = []
            while above and _SIGNER.match(above[-1].words):
                signers.insert(0, above.pop())
            return _together(signers), line
    return None


def _together(signers: list[Line]) -> str | None:
    """The body that signed; party and government offices, a line each, sign together."""
    names = [line.words for line in signers]
    if len(names) > 1 and not re.search("委(?:员会)?(?:办公[厅室])?$", names[-2]):
        names = names[-1:]
    return "、".join(names[-2:]) or None


def _parted(who: str) -> str:
    """Party and government offices in one line, which folding has run together."""
    return re.sub(r"(委(?:员会)?办公[厅室])(?=[\u4e00-\u9fff]{2,}人民政府)", r"\1、", who)


def _date_of(line: Line) -> str | None:
    if found := _DATE.search(line.words):
        return _iso(int(found[1]), int(found[2]), int(found[3]))
    if found := _CHINESE_DATE.search(line.words):
        digits = {c: str(i) for i, c in enumerate("〇一二三四五六七八九")} | {"零": "0", "○": "0"}
        year = int("20" + "".join(digits[c] for c in found[2]))
        return _iso(year, _small(found[3]), _small(found[4]))
    return None


def _small(text: str) -> int:
    tens, ten, ones = text.rpartition("十")
    values = "一二三四五六七八九"
    if not ten:
        return values.find(text) + 1
    return (values.find(tens) + 1 if tens else 1) * 10 + (values.find(ones) + 1 if ones else 0)


def _iso(year: int, month: int, day: int) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{year:04d}-{month:02d}-{day:02d}"


def _printed_date(lines: list[Line]) -> str | None:
    """The date of the imprint `…办公室2024年4月17日印发`, or of a line that is only a date."""
    for line in lines:
        if _PRINTED.search(line.words) and (date := _date_of(line)):
            return date
    for line in lines:
        if (
            _DATE.fullmatch(line.words.strip("（）"))
            or re.match(r"(?:发布|发文|成文|印发)(?:日期|时间)：", line.words)
        ) and (date := _date_of(line)):
            return date
    return None


def _issuer(lines: list[Line], signed: tuple[str | None, Line] | None, end: int) -> str | None:
    if signed and signed[0]:
        return signed[0]
    for line in lines[:end]:
        if found := _LETTERHEAD.match(line.words):
            return found["who"]
    for i, line in enumerate(lines[:end]):
        if found := _ABOUT.match(line.words):
            return _parted(found["who"])
        if _SIGNER.match(line.words) and i + 1 < len(lines) and lines[i + 1].words.startswith("关于"):
            return _parted(line.words)
    return None


def _region(meta: Meta, lines: list[Line], body: str) -> tuple[str | None, str | None]:
    place = place_in(meta.title or "") or place_in(meta.issuer or "")
    zone = _ZONE.match(meta.title or "") or _ZONE.match(meta.issuer or "")
    if place is None and zone:
        return zone["place"], "county"
    if place is None:
        text = "".join(line.words for line in lines) + body[:400]
        if re.search(r"国务院关于|^国务院", text):
            return "全国", "national"
        return None, None
    if place in _MUNICIPALITIES or place.endswith(("省", "自治区", "特别行政区")):
        return place, "province"
    if place.endswith(("自治县", "自治旗", "县", "旗", "区")) and not place.endswith("地区"):
        return place, "county"
    return place, _city_or_county(lines, body)


def _city_or_county(lines: list[Line], body: str) -> str:
    """A 市 may rule counties or be one: who is addressed, and whose units act, tell."""
    text = "".join(line.words for line in lines) + body
    townships = len(re.findall(r"各乡镇|各镇|各乡|各街道|乡镇（街道）|镇（街道", text))
    counties = len(re.findall(r"各县|各区|县（市|县（区|区县|县市区|市、区）|各旗", text))
    return "county" if townships > counties else "city"


def place_in(text: str) -> str | None:
    """The place a title or a body's name starts with, the smallest of a chain: 山西省晋中市… is 晋中市."""
    place, at = None, 0
    while found := _PLACE.match(text, at):
        name = found["place"]
        if _NOT_PLACE.search(name) or (place and (len(name) > 5 or len(name) < 3)):
            break
        if place and not (
            place.endswith(("省", "自治区")) or (place.endswith("市") and name[-1] in "县区市旗")
        ):
            break
        place, at = name, found.end()
    return place


def parents(preamble: str) -> list[str]:
    """Documents the preamble names: by number where it gives one, else by name with the body before it."""
    text = half_width(preamble).replace("<", "〈").replace(">", "〉")
    names = []
    for found in _REFERENCE.finditer(text):
        if number := _NUMBER.search(
            (found["number"] or "").translate(str.maketrans("()[]", "（）〔〕")).strip("（）")
        ):
            name = f"{number['who']}〔{number['year']}〕{number['n']}号"
        else:
            name = f"{found['who'] or ''}《{found['name']}》"
        if name not in names:
            names.append(name)
    return names


def _year(meta: Meta, preamble: str, body: str) -> int | None:
    """The year of dates without one: the title's, the number's, the date's, else the preamble's latest."""
    title = meta.title or ""
    for text in (re.sub(_YEARS, "", title), meta.doc_no or "", meta.issued_date or ""):
        if found := re.search(r"20\d\d", text):
            return int(found[0])
    if re.search(_YEARS, title):
        return None  # a plan for several years: a month alone could be of any of them
    years = [int(y) for y in re.findall(r"[〔（(\[](20\d\d)[〕）)\]]", preamble)]
    if years:
        return max(years)
    dated = re.sub(
        _YEARS,
        "",
        re.sub(r"(?:比|较|与|对比|同|在)20\d\d年|20\d\d年(?:以来|相比|同期|水平|基础上)", "", body),
    )
    years = [int(y) for y in re.findall(r"(20\d\d)(?:、20\d\d)*年", dated)]
    return min(years) if years else None
