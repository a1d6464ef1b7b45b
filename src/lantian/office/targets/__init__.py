"""Targets divided among regions, issued, acknowledged, and where they stand."""
