"""Stations and their figures: what the air is, how it is known, one click from its explanation."""
