"""Performance grades of enterprises (绩效分级): declared, checked, put on public notice, decided, lowered.

from lantian.office.grading.rules import grade_of, grades_of
grade_of(enterprise, day)            # what counts on that day, or None
grades_of(enterprises, day)          # the same for many, in one question

from lantian.office.grading.downgrading import propose_downgrade
propose_downgrade(enterprise, "exceedance", "SO₂ 62 mg/m³ …", day, key="stream:…")
"""
