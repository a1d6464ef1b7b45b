"""Vehicles, machines and fuel."""
