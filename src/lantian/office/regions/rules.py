"""Which regions make sense: levels, codes, who may lie under whom."""

from __future__ import annotations

import re

from lantian.office.regions.models import DEPTH, Level

# GB/T 2260, townships of the statistics bureau, or a code of one's own, told apart by its letters.
CODE = re.compile(r"\d{6}|\d{9}|(?=.*[A-Z])[A-Z0-9]{3,12}")


def parent_may_hold(parent: str, child: str) -> bool:
    """Whether a region of level `parent` can have one of level `child` directly or indirectly under it."""
    return DEPTH[Level(parent)] < DEPTH[Level(child)]
