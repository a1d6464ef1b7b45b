"""What a task is about: a few themes of air work, told by the words of the task.

A task has every theme one of whose words stands in its title or text; none is a task of management.
"""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import pgettext_lazy

# The place in this table is the bit in `Task.themes`: add at the end, never reorder.
_THEMES: tuple[tuple[str, Any, str], ...] = (
    ("heating", pgettext_lazy("theme", "Clean heating, loose coal"), "散煤|清洁取暖|清洁供暖|煤改|禁煤区"),
    ("boilers", pgettext_lazy("theme", "Boilers and furnaces"), "锅炉|工业炉窑|炉窑"),
    ("energy", pgettext_lazy("theme", "Energy structure"), "煤炭消费|非化石|可再生|清洁能源|新能源发电|煤电"),
    ("industry", pgettext_lazy("theme", "Industry"), "钢铁|焦化|水泥|产业|超低排放|落后产能|企业集群|退城"),
    ("voc", pgettext_lazy("theme", "VOCs"), "VOCs?|挥发性有机物|涂料|油墨|胶粘剂|油气回收|LDAR|泄漏检测"),
    ("vehicles", pgettext_lazy("theme", "Vehicles and machines"),
     "机动车|柴油|新能源汽车|非道路|国三|国四|车用|油品|尿素"),
    ("transport", pgettext_lazy("theme", "Transport structure"), "铁路|铁运|公转铁|大宗货物|专用线|清洁运输"),
    ("dust", pgettext_lazy("theme", "Dust"),
     "扬尘|降尘|积尘|道路保洁|机械化清扫|裸地|裸露地面|渣土|料堆|施工工地"),
    ("burning", pgettext_lazy("theme", "Open burning and fireworks"), "秸秆|露天焚烧|烟花|爆竹|火点"),
    ("fumes", pgettext_lazy("theme", "Cooking fumes and odour"), "油烟|恶臭|异味|餐饮"),
    ("ammonia", pgettext_lazy("theme", "Agriculture and ammonia"), "氨排放|氨污染|化肥|畜禽|大气氨"),
    ("episodes", pgettext_lazy("theme", "Heavy pollution"), "重污染|应急减排|预警|错峰|绩效分级|攻坚"),
    ("supervision", pgettext_lazy("theme", "Monitoring and supervision"),
     "监测|执法|在线监控|自动监控|走航|监管平台"),
)  # fmt: skip
_PATTERNS = [re.compile(words, re.IGNORECASE) for _code, _label, words in _THEMES]
_BITS = {code: 1 << place for place, (code, _label, _words) in enumerate(_THEMES)}


def themes_of(title: str, text: str) -> int:
    """The themes of a task as bits, for `Task.themes`."""
    words = f"{title}\n{text}"
    return sum(1 << place for place, pattern in enumerate(_PATTERNS) if pattern.search(words))


def bit(code: str) -> int | None:
    """The bit of a theme; None for one that is not in the table."""
    return _BITS.get(code)


def choices() -> list[tuple[str, Any]]:
    """Code and term of each theme."""
    return [(code, label) for code, label, _words in _THEMES]
