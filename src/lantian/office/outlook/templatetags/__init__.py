"""Template tags of outlooks."""
