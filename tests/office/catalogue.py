"""Every message of the office and its Chinese, found as `makemessages` would, without GNU gettext."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_javascript, extract_python
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
# What templatize leaves of a template: calls of gettext between runs of X.
CALL = re.compile(r"\b(_|gettext|pgettext|ngettext|npgettext)\((?=u?r?['\"])")
LANGUAGE = "zh_Hans"


def messages(root: Path) -> Iterator[tuple[str, int, str]]:
    """(file, line, msgid) of each message in the Python, template and script files under `root`."""
    for path in sorted(root.rglob("*")):
        if not path.is_file() or {"vendor", "locale", "migrations", "__pycache__"} & set(path.parts):
            continue
        if path.suffix == ".py":
            with path.open("rb") as source:
                found = list(extract_python(source, KEYWORDS, (), {"encoding": "utf-8"}))
        elif path.suffix in {".html", ".txt"} and "templates" in path.parts:
            found = list(_of_template(path.read_text(encoding="utf-8")))
        elif path.suffix == ".js" and "static" in path.parts:
            with path.open("rb") as source:
                found = list(extract_javascript(source, KEYWORDS, (), {"encoding": "utf-8"}))
        else:
            continue
        for line, function, texts, _comments in found:
            text = _msgid(function, texts)
            if text:
                yield str(path.relative_to(root)), line, text


def _msgid(function: str, texts: object) -> str:
    if isinstance(texts, str):
        return texts
    parts = [part for part in texts if isinstance(part, str)]  # type: ignore[union-attr]  # Babel is untyped here
    if not parts:
        return ""
    return parts[1] if "pgettext" in function and len(parts) > 1 else parts[0]


def _of_template(text: str) -> Iterator[tuple[int, str, object, list[str]]]:
    code = templatize(text)
    for found in CALL.finditer(code):
        end = _closing(code, found.end())
        line = code.count("\n", 0, found.start()) + 1
        source = BytesIO(code[found.start() : end + 1].encode())
        for _line, function, texts, comments in extract_python(source, KEYWORDS, (), {"encoding": "utf-8"}):
            yield line, function, texts, comments


def _closing(code: str, start: int) -> int:
    """Where the call that opened before `start` closes; strings may hold brackets."""
    depth, quote, i = 1, "", start
    while i < len(code):
        char = code[i]
        if quote:
            if char == "\\":
                i += 1
            elif char == quote:
                quote = ""
        elif char in "'\"":
            quote = char
        elif char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return i
        i += 1
    return len(code) - 1


def catalogues(root: Path) -> Iterator[tuple[Path, Catalog]]:
    """Each Chinese catalogue under `root`."""
    for path in sorted(root.rglob(f"locale/{LANGUAGE}/LC_MESSAGES/*.po")):
        with path.open("rb") as source:
            yield path, read_po(source, locale=LANGUAGE)
