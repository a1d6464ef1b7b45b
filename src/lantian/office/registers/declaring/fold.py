"""How names and codes are compared: without width, case and white space."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_BRACKETS = str.maketrans("（）【】［］〔〕－—–", "()[][][]---")


def fold(text: str) -> str:
    """A name as compared: ＡＢ－１ 号 and ab-1号 are one."""
    return _SPACE.sub(
        "", unicodedata.normalize("NFKC", text.translate(_BRACKETS)).translate(_BRACKETS)
    ).upper()
