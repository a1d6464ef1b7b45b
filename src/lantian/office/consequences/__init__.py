"""Consequences that rules propose and people decide."""
