"""What binds a unit to a duty and how: labels (`牵头部门：`), verbs (`按职责分工负责`), and their roles."""

from __future__ import annotations

import re

_KIND = r"牵头|主办|主管|责任|配合|协办|协同|参与|参加|落实|负责|实施|监督|监管|承办"
LABEL = re.compile(
    rf"(?:(?:第一|主要|具体|市级|省级|县级|市直|县直|省直)?(?P<kind>{_KIND})(?:责任)?(?:的)?(?:部门|单位|主体|机构|科室|处室)(?:及[^：]{{1,8}})?"
    r"|(?P<bare>牵头|主办|配合|协办|责任|落实)"
    r"|(?P<time>完成时[限间]|时限(?:要求)?|整改时限|办结时限|完成期限)"
    r"|(?P<person>(?:分管|责任|牵头|市级|包联|包抓)?(?:市|县|区|市级|县级|区级)?(?:领导|责任人|负责人|联系人)))[：]"
)
LEAD, COOP, SHARED, RESPONSIBLE = "lead", "coop", "shared", "responsible"
ROLE_OF_KIND = {
    **dict.fromkeys(["牵头", "主办", "主管", "承办"], LEAD),
    **dict.fromkeys(["配合", "协办", "协同", "参与", "参加", "监督", "监管"], COOP),
    **dict.fromkeys(["责任", "落实", "负责", "实施"], RESPONSIBLE),
}
VERB = re.compile(
    r"(?:负责)?(?:业务)?(?:指导|督导|督促指导|督促|(?:做好|提供)?(?:资金|经费|技术)?(?:保障|支持))(?:落实|实施|推进)?(?=[，；、。）]|$)"
    r"|负总责|总?牵头(?!部门|单位|市直|科室)(?:抓总|组织|负责|落实|实施|督导|指导|协调|统筹|推进|推动|督促)*"
    r"|(?:按照?|依照?|依据|根据)?(?:各自|有关|部门|行业|领域|属地|任务)?(?:的)?(?:职责|职能|(?<=行业)|(?<=领域)|(?<=任务))(?:分工|范围)?(?:内)?"
    r"(?:分别|共同|具体|各自|协同|分工)?(?:牵头|负责|抓好|做好|组织|配合|推进)?(?:落实|实施|负责|工作)?"
    r"|(?:分工|分头|分别|共同|联合|各自|各负其责)(?:负责|落实|实施|组织实施|牵头)(?:落实|实施)?"
    r"|(?:负责|具体|组织|抓好|贯彻|推进)?(?:负责|具体|组织)?(?:落实|实施)(?!单位|部门|主体|办)"
    r"|(?:具体|主要|全面|总体|统一|直接)?负责(?!单位|部门|人)"
    r"|(?:积极)?(?:协同|协助)?(?:配合|协助|参与|参加)(?!部门|单位)(?:落实|实施|做好|督导|推进)?"
    r"|主办(?!单位|部门)|协办(?!单位|部门)|承办(?!单位|部门)"
)


def role_of_verb(verb: str, *, several: bool) -> str:
    """The role a verb gives: `lead`, `coop`, `shared` or `responsible`."""
    if "牵头" in verb and "职责" not in verb:
        return LEAD
    if re.search(r"主办|承办", verb):
        return LEAD
    if re.search(r"配合|协助|参与|参加|协办|指导|督导|督促|保障|支持", verb):
        return COOP
    if re.search(r"职责|职能|分工|分头|分别|共同|联合|各自|各负其责", verb):
        return SHARED
    if re.search(r"落实|实施", verb):
        return RESPONSIBLE
    return SHARED if several else LEAD
