"""Words of a declaration in both languages, side by side: a register needs no catalogue of its own."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.utils import translation
from django.utils.functional import lazy

from lantian.office.regions.models import in_english


def _pick(zh: str, en: str) -> str:
    return en if in_english() else zh


two = lazy(_pick, str)
"""`two("锅炉", "boilers")`: one of both, whichever language the page is written in."""


class Words(models.TextChoices):
    """A list of choices: `COAL = "coal", two("燃煤", "coal")`."""

    @classmethod
    def spellings(cls) -> dict[str, str]:
        """Every way to write a choice: its code and its label in both languages, folded."""
        return spellings(cls.choices)


def choices(name: str, **labels: tuple[str, str]) -> Any:
    """A list of choices on few lines: `choices("Fuel", coal=("燃煤", "coal"), gas=("燃气", "gas"))`.

    The members are the codes in capitals: `Fuel.COAL`.
    """
    return Words(name, [(code.upper(), (code, two(*words))) for code, words in labels.items()])


def spellings(choices: Any) -> dict[str, str]:
    """Spelling → value, for pairs of value and lazy label."""
    from lantian.office.registers.declaring.fold import fold

    found = {fold(value): value for value, _label in choices}
    for language in ("zh-hans", "en"):
        with translation.override(language):
            found.update({fold(str(label)): value for value, label in choices})
    return found
