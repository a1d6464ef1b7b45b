"""Scored checks on the spot: a kind of check is an entry of the rulebook."""
