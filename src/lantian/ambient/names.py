"""Names of places as people write them: 临汾市 is 临汾; a slip of the pen meets its neighbours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from lantian.errors import LantianError

# Only endings of cities: 大同区 is another place than 大同.
ENDINGS = ("自治州", "地区", "市", "盟", "州")
NEAR = 8


def bare(name: str) -> str:
    """A city's name without its ending.

    >>> bare("临汾市"), bare("临汾"), bare("大同区")
    ('临汾', '临汾', '大同区')
    """
    plain = "".join(name.split())
    for ending in ENDINGS:
        if plain.endswith(ending) and len(plain) - len(ending) >= 2:
            return plain[: -len(ending)]
    return plain


def find(name: str, known: Mapping[str, str | None] | Iterable[str]) -> str | None:
    """The key that `name` means among the known places; None where none or more than one does.

    `known` maps keys to the names shown for them, or lists keys alone.
    """
    names = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known)
    if name in names:
        return name
    wanted = bare(name)
    for same in (
        lambda key, shown: name == shown,
        lambda key, shown: wanted in (bare(key), bare(shown or key)),
        # 恩施土家族苗族自治州 is 恩施州 of the feed.
        lambda key, shown: name.endswith(("自治州", "自治县")) and wanted.startswith(bare(key)),
    ):
        found = [key for key, shown in names.items() if same(key, shown)]
        if len(found) == 1:
            return found[0]
        if found:
            return None
    return None


def resolve(name: str, known: Mapping[str, str | None] | Iterable[str], *, where: str = "") -> str:
    """The key that `name` means.

    Raises
    ------
    LantianError
        no known place goes by that name; the nearest ones are listed
    """
    names = dict(known) if isinstance(known, Mapping) else dict.fromkeys(known)
    found = find(name, names)
    if found is not None:
        return found
    raise LantianError(f"there is no place '{name}'", where=where, remedy=nearest(name, names))


def nearest(name: str, names: Mapping[str, str | None]) -> str:
    """What to say to somebody whose name is none of the known ones."""
    wanted = bare(name)
    shown = {bare(text): key for key, other in names.items() for text in (key, other or key)}
    inside = [key for text, key in shown.items() if wanted in text or text in wanted]
    close = [shown[text] for text in get_close_matches(wanted, list(shown), n=NEAR, cutoff=0.34)]
    near = list(dict.fromkeys([*inside, *close]))[:NEAR]
    if near:
        return f"Near it are {'、'.join(near)}."
    some = "、".join(sorted(names)[:NEAR])
    return f"The store has {len(names)} places: {some} …" if names else "The store has no place of this kind."
