"""Outlook: will targets be attained, what must the remaining days hold, how good such answers were."""
