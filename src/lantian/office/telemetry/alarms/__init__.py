"""Judgement of the line in the office: alarms, limits, dual control."""
