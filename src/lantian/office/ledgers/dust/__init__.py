"""Dust and area sources."""
