"""Papers: what leaves the office as Word, and cells that a spreadsheet must not run.

paper = Paper("关于…的督办通知", author="临汾市生态环境局", moment=order.issued_at)
paper.heading("关于…的督办通知")
paper.simulated()                       # says SIMULATED in a demonstration, else nothing
paper.body("…")
paper.landscape()
paper.table(["单位", "应报", "逾期"], rows)
content = paper.content()               # bytes of a .docx
"""

from lantian.office.papers.cells import harmless
from lantian.office.papers.word import DASH, FANG, HEI, LATIN, SONG, Paper, day_words

__all__ = ["DASH", "FANG", "HEI", "LATIN", "SONG", "Paper", "day_words", "harmless"]
