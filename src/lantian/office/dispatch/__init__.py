"""Dispatch rounds: what is reported, returned, verified; bulletins and supervision orders."""
