"""Migrations of `assessment`."""
