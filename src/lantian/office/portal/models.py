"""The portal has no tables."""
