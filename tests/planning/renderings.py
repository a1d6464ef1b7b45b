"""The same plan in many shapes: other line breaks, page marks, widths, and file types made from scratch."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Callable
from html import escape

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from lantian.planning.clean import clean
from lantian.planning.marks import find_blanks

FULL = str.maketrans("(),;:", "（），；：")
HALF = str.maketrans("（），；：", "(),;:")
DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
NUMBERED = re.compile(r"^(\d{1,3})[.．]\s*(?!\d[^0])")
AUTOMATIC = re.compile(
    r"(?:([一二三四五六七八九十]+)、|[（(]([一二三四五六七八九十]+)[）)]|(\d{1,3})[.．、])\s*"
)


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, one string each."""
    cleaned = clean(text, find_blanks(text))
    return [cleaned.text[s:e] for s, e in cleaned.paragraphs]


def each(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "\n".join(change(p) for p in paragraphs(text))


def wrapped(text: str, width: int, indent: str = "") -> str:
    lines = []
    for paragraph in paragraphs(text):
        words = indent + paragraph
        lines += [words[i : i + width] for i in range(0, len(words), width)]
    return "\n".join(lines)


def paged(text: str, mark: str, *, head: str = "", lines: int = 22) -> str:
    """Wrapped at 30 characters with a mark, and perhaps a running head, every page."""
    rows = wrapped(text, 30, "　　").split("\n")
    out: list[str] = []
    for page, at in enumerate(range(0, len(rows), lines), 1):
        out += [head, *rows[at : at + lines], "", mark.format(page), ""]
    return "\n".join(out)


def stray_spaces(text: str) -> str:
    """What OCR does: a space in three of a hundred places between Chinese characters."""
    dice = random.Random(7)  # noqa: S311 - not for secrets, for a test that fails the same way twice
    between = re.compile(r"(?<=[\u4e00-\u9fff])(?=[\u4e00-\u9fff])")
    return "\n".join(between.sub(lambda _: " " if dice.random() < 0.03 else "", p) for p in paragraphs(text))


def lost_punctuation(text: str, throw: int) -> str:
    """What bad OCR does: one bracket, comma or full stop in a hundred is gone."""
    dice = random.Random(throw)  # noqa: S311 - as above
    return "".join(c for c in text if c not in "（）()〔〕。，、；：，,;:" or dice.random() >= 0.01)


TEXT_CHANGES: dict[str, Callable[[str], str]] = {
    "a line a paragraph": lambda t: "\n".join(paragraphs(t)),
    "blank lines": lambda t: "\n\n\n".join(paragraphs(t)),
    "windows line ends": lambda t: t.replace("\n", "\r\n"),
    "wrapped at 40": lambda t: wrapped(t, 40),
    "wrapped at 40, indented": lambda t: wrapped(t, 40, "　　"),
    "wrapped at 33, spaces": lambda t: wrapped(t, 33, "    "),
    "wrapped, every other line blank": lambda t: wrapped(t, 28, "　　").replace("\n", "\n\n"),
    "full-width punctuation": lambda t: t.translate(FULL),
    "half-width punctuation": lambda t: t.translate(HALF),
    "full-width digits": lambda t: t.translate(DIGITS),
    "pages —1—": lambda t: paged(t, "—{}—"),
    "pages - 1 -": lambda t: paged(t, "- {} -"),
    "pages 1": lambda t: paged(t, "{}", lines=9),
    "pages 第1页": lambda t: paged(t, "第 {} 页"),
    "pages with a running head": lambda t: paged(t, "— {} —", head="空气质量行动文件汇编", lines=11),
    "indented": each(lambda p: "　　" + p),
    "markdown": each(lambda p: "- " + p if re.match(r"[（(][一二三]", p) else NUMBERED.sub(r"\1. ", p)),
    "bold titles": each(lambda p: re.sub(r"^(\d+[.．]\s*)([^。]{4,30})。", r"\1**\2**。", p)),
    "stray spaces": stray_spaces,
    "number．": each(lambda p: NUMBERED.sub(r"\1．", p)),
    "number、": each(lambda p: NUMBERED.sub(r"\1、", p)),
    "number . ": each(lambda p: NUMBERED.sub(r"\1 . ", p)),
}


def as_docx(text: str, *, automatic: bool = False) -> bytes:
    """A Word file; `automatic` leaves the numbers to Word's lists."""
    document = docx.Document()
    if automatic:
        _add_lists(document)
    restart = 0
    for words in paragraphs(text):
        found = AUTOMATIC.match(words)
        if not (automatic and found):
            document.add_paragraph(words)
            continue
        level = next(i for i in range(3) if found.group(i + 1))
        if level == 0 and found[1] == "一":
            restart += 1
        number = (901, 902)[min(restart, 2) - 1]
        paragraph = document.add_paragraph(words[found.end() :])
        ilvl = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{ilvl}</w:numPr>"))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _add_lists(document: docx.document.Document) -> None:
    """Two lists of the levels 一、 （一） 1. ; the third level counts on through the second, as plans do."""
    root = document.part.numbering_part.element
    for identity in (901, 902):
        levels = "".join(
            f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{style}"/>'
            f'{restart}<w:lvlText w:val="{shown}"/></w:lvl>'
            for i, (style, shown, restart) in enumerate(
                [
                    ("chineseCountingThousand", "%1、", ""),
                    ("chineseCounting", "（%2）", ""),
                    ("decimal", "%3.", '<w:lvlRestart w:val="1"/>'),
                ]
            )
        )
        abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{identity}">{levels}</w:abstractNum>'
        root.insert(0, parse_xml(abstract))
        reference = f'<w:abstractNumId w:val="{identity}"/>'
        root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{identity}">{reference}</w:num>'))


def as_html(text: str, *, charset: str = "utf-8", breaks: bool = False) -> bytes:
    """A government web page around the plan: menus, breadcrumbs, share buttons, footer."""
    words = [escape(p) for p in paragraphs(text)]
    lines = ["　　" + w + "<br/>" if breaks else f"<p><span>{w}</span></p>" for w in words]
    body = "\n".join(lines)
    page = f"""<!DOCTYPE html><html><head><meta charset="{charset}"><title>某市人民政府门户网站</title>
<script>var a = "一、不是正文。";</script><style>p {{ margin: 0 }}</style></head><body>
<div class="nav"><ul><li><a href="/">首页</a></li>
<li><a href="/zw">政务公开</a></li></ul></div>
<div class="crumbs">当前位置：首页 &gt; 政务公开 &gt; 文件</div>
<div class="main"><div class="article"><div class="TRS_Editor" id="zoom">{body}</div></div></div>
<div class="share">分享到：微信 微博</div>
<div class="footer">主办：某市人民政府办公室　备案号：晋ICP备00000000号</div>
</body></html>"""
    return page.encode("gb18030" if charset == "gb2312" else charset)


def as_pdf(text: str, *, width: int = 30, rows: int = 22, head: str = "", number: str = "— {} —") -> bytes:
    """A PDF of wrapped lines with page numbers, its Chinese font named and not embedded."""
    lines = wrapped(text, width, "　　").split("\n")
    pages = []
    for page, at in enumerate(range(0, len(lines), rows), 1):
        shown = [*([head] if head else []), *lines[at : at + rows], "", number.format(page)]
        pages.append([(72, 780 - 28 * i, line) for i, line in enumerate(shown) if line])
    return pdf_of(pages)


def as_pdf_of_lines(text: str, *, width: int = 30, rows: int = 22) -> bytes:
    """A PDF in which every line of the text is a paragraph, wrapped and indented."""
    whole = ["　　" + line.strip() for line in text.split("\n") if line.strip()]
    lines = [line[i : i + width] for line in whole for i in range(0, len(line), width)]
    pages: list[list[tuple[float, float, str]]] = []
    for page, at in enumerate(range(0, len(lines), rows), 1):
        shown = [*lines[at : at + rows], "", f"— {page} —"]
        pages.append([(72, 780 - 28 * i, line) for i, line in enumerate(shown) if line])
    return pdf_of(pages)


def pdf_of(
    pages: list[list[tuple[float, float, str]]],
    *,
    encrypted: bool = False,
    size: int = 14,
    rules: list[list[tuple[float, float, float, float]]] | None = None,
) -> bytes:
    """A PDF of pages of (x, y, words), and of boxes drawn as (x, y, width, height)."""
    count = len(pages)
    font = 3 + 2 * count
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>"
        % (count, b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(count))),
    ]
    for i, lines in enumerate(pages):
        drawn = b"".join(
            b"BT /F1 %d Tf 1 0 0 1 %d %d Tm <%s> Tj ET\n"
            % (size, x, y, words.encode("utf-16-be").hex().encode())
            for x, y, words in lines
        )
        drawn += b"".join(b"%d %d %d %d re S\n" % box for box in (rules[i] if rules else []))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 %d 0 R >> >> >>" % (4 + 2 * i, font)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(drawn), drawn))
    objects += [
        b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H"
        b" /DescendantFonts [%d 0 R] >>" % (font + 1),
        b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000 /FontDescriptor %d 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 2 >> >>" % (font + 2),
        b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [0 -120 1000 880]"
        b" /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>",
    ]
    if encrypted:
        secret = b"00" * 32
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (secret, secret))
    return _written(objects, encrypted=encrypted)


def _written(objects: list[bytes], *, encrypted: bool) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for i, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (i, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    lock = b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects) if encrypted else b""
    out += b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        lock,
        start,
    )
    return bytes(out)


def zip_of(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()
