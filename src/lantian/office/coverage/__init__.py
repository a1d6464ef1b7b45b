"""Child plans against their parents, and versions of a plan against each other."""
