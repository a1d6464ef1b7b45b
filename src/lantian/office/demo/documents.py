"""The plan documents of the demonstration: our words in the style of the real ones, as .docx and .txt."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from importlib import resources
from pathlib import Path

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Pt

from lantian.office.demo.figures import Figures, target

NAMES = {
    "province": "山西省空气质量持续改善行动计划（模拟文本）",
    "city": "临汾市空气质量持续改善行动计划（模拟文本）",
    "county": "洪洞县空气质量持续改善行动计划实施方案（模拟文本）",
}
# Months from now: what was due, what is due at the end of this month and the next but one, what lies ahead.
DUE = {"past": -2, "near": 0, "near2": 2, "future": 7}
MARKS = ("@head ", "@number ", "@title ", "@address ", "@sign ")


class Values(Mapping[str, str]):
    """What stands in the braces of a text: years `P` `Y` `N`, deadlines, targets like `pm_Y_linfen_met`."""

    def __init__(self, figures: Figures, now: datetime) -> None:
        local = now + timedelta(hours=8) - (now.utcoffset() or timedelta())
        self.figures = figures
        self.year = local.year
        self.plain = {"P": str(local.year - 1), "Y": str(local.year), "N": str(local.year + 1)}
        for name, months in DUE.items():
            index = local.year * 12 + local.month - 1 + months
            self.plain[name] = f"{index // 12}年{index % 12 + 1}月底前"

    def __getitem__(self, key: str) -> str:
        if key in self.plain:
            return self.plain[key]
        what, year, region, wish = key.split("_")
        value = self.figures.value(what, int(self.plain[year]), region)
        return target(what, value, met=wish == "met")

    def __iter__(self) -> Iterator[str]:
        return iter(self.plain)

    def __len__(self) -> int:
        return len(self.plain)


def plan_text(which: str, figures: Figures, now: datetime) -> str:
    """The text of the `province`, `city` or `county` plan, layout marks (`@title …`) before their lines."""
    source = resources.files("lantian.office.demo").joinpath(f"texts/{which}.txt").read_text(encoding="utf-8")
    return source.format_map(Values(figures, now))


def plain(text: str) -> str:
    """The text without its layout marks, as the .txt file holds it."""
    return "\n".join(_unmark(line)[1] for line in text.splitlines()) + "\n"


def write_documents(folder: Path, figures: Figures, now: datetime) -> list[Path]:
    """Write the three plans into `folder`, as .docx and .txt; returns the .docx files, province first."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for which, name in NAMES.items():
        text = plan_text(which, figures, now)
        (folder / f"{name}.txt").write_text(plain(text), encoding="utf-8")
        written.append(folder / f"{name}.docx")
        write_docx(text, written[-1], now)
    return written


def write_docx(text: str, path: Path, now: datetime) -> None:
    """Lay the text out as an official document: title centred, headings in Heiti, body in Fangsong."""
    document = Document()
    document.core_properties.author = "Lantian"
    document.core_properties.title = path.stem
    document.core_properties.created = document.core_properties.modified = now.replace(tzinfo=None)
    for line in text.splitlines():
        mark, words = _unmark(line)
        paragraph = document.add_paragraph()
        run = paragraph.add_run(words)
        centred = mark in {"@head ", "@number ", "@title "}
        if centred:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        elif mark == "@sign ":
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        elif mark != "@address ":
            paragraph.paragraph_format.first_line_indent = Pt(32)
        heading = words[1:2] == "、" and words[0] in "一二三四五六七八九十"
        run.font.size = Pt(22 if mark in {"@head ", "@title "} else 16)
        run.font.name = "Times New Roman"
        # Word takes Chinese characters from the east-asian font of a run, whatever its name says.
        run._element.get_or_add_rPr().get_or_add_rFonts().set(
            qn("w:eastAsia"), "黑体" if heading or centred else "仿宋"
        )
    document.save(str(path))


def _unmark(line: str) -> tuple[str, str]:
    for mark in MARKS:
        if line.startswith(mark):
            return mark, line.removeprefix(mark)
    return "", line
