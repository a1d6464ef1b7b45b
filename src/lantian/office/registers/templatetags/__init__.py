"""Template tags of registers."""
