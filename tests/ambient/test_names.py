"""Names of places as people write them."""

from __future__ import annotations

import pytest

from lantian.ambient.names import bare, find, nearest, resolve
from lantian.errors import LantianError

KNOWN = ["临汾", "大同", "大同区", "恩施州", "喀什地区", "兴安盟", "吉林", "章丘", "临沂", "临夏州"]


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("临汾", "临汾"),
        ("临汾市", "临汾"),
        ("大同市", "大同"),
        ("大同区", "大同区"),
        ("喀什", "喀什地区"),
        ("恩施土家族苗族自治州", "恩施州"),
        ("兴安", "兴安盟"),
        ("吉林市", "吉林"),
        ("吉林省", None),
        ("临", None),
        ("", None),
    ],
)
def test_a_city_goes_by_either_name(name: str, key: str | None) -> None:
    assert find(name, KNOWN) == key


def test_two_of_a_name_are_none() -> None:
    assert find("朝阳", {"1001A": "朝阳", "1002A": "朝阳"}) is None
    assert find("1001A", {"1001A": "朝阳", "1002A": "朝阳"}) == "1001A"
    assert find("平城", {"140213": "平城"}) == "140213"


def test_a_short_name_keeps_its_ending() -> None:
    assert bare("沙市") == "沙市"
    assert bare("朔 州 市") == "朔州"
    # 朔州 itself ends like a prefecture; nothing of it is taken away.
    assert bare("朔州") == "朔州"
    assert find("朔州市", ["朔州", "忻州"]) == "朔州"


def test_an_unknown_name_meets_its_neighbours() -> None:
    with pytest.raises(LantianError, match=r"no place '临芬'.*临汾"):
        resolve("临芬", KNOWN)
    assert resolve("临汾市", KNOWN) == "临汾"
    assert "no place of this kind" in nearest("临汾", {})
