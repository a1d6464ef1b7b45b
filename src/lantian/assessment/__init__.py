"""Score cards, transfers and consequences, computed from facts by dated rules. Knows no Django."""
