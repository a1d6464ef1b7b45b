"""Roadside checks of vehicles and machines, and the black list."""
