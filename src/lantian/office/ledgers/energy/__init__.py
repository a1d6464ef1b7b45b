"""Coal and clean heating."""
