"""Dust by weight: a road above its limit becomes a finding."""
