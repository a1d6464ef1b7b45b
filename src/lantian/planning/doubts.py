"""Why a reviewer should look twice at an extraction: codes with their words in both languages.

A doubt is never a reason to drop what was read: the extraction stands, its `doubts` hold the codes.
"""

from __future__ import annotations

DOUBTS: dict[str, dict[str, str]] = {
    "contradicting_deadlines": {
        "zh": "时限矛盾：同一事项有两个不同的截止时间，或截止时间早于文件印发日期",
        "en": "deadlines contradict: two dates for the same thing, or a date before the plan was issued",
    },
    "guessed_year": {
        "zh": "原文未写年份，且文件未说明所属年度，年份为推定",
        "en": "no year is written and the plan is not of one year: the year is a guess",
    },
    "year_unknown": {
        "zh": "原文未写年份，且无从推定",
        "en": "no year is written and none can be told from the plan",
    },
    "unread_bracket_near": {
        "zh": "附近有未能识读的责任括号",
        "en": "a bracket nearby that looks like responsibility could not be read",
    },
    "unit_form_unknown": {
        "zh": "责任单位的名称形式不常见，可能不是单位",
        "en": "the name does not look like a unit's",
    },
    "value_implied": {
        "zh": "原文未写数值，由“全部”“清零”等用语推定",
        "en": "the number is not written; it is implied by words such as 全部 or 清零",
    },
    "broken_over_paragraph": {
        "zh": "语句被分段断开，已接续识读",
        "en": "the sentence was broken over a paragraph end and was joined",
    },
    "table_as_text": {
        "zh": "表格按文字对齐识读，行列可能有误",
        "en": "a table was read from aligned text: rows or columns may be wrong",
    },
    "no_baseline": {
        "zh": "写有升降幅度而未写明基准年份",
        "en": "a change is asked for, but no baseline year is written",
    },
    "place_group": {
        "zh": "区域为统称，原文未列明所含地区",
        "en": "the place is a named group whose members the plan does not list",
    },
    "outside_region": {
        "zh": "所列地区似不在本文件适用地区内",
        "en": "the place seems to lie outside the plan's own region",
    },
    "number_gap": {
        "zh": "标题序号不连续，可能漏读标题",
        "en": "the numbers of the headings leave one out: a heading may be lost",
    },
    "no_units": {
        "zh": "未找到责任单位",
        "en": "no responsible unit was found",
    },
}
"""Every code with its words: `DOUBTS[code]["zh"]`."""
