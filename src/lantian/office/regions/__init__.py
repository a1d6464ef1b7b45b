"""Regions: provinces, cities, counties, townships and zones, one tree."""
