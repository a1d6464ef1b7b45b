"""The oracle of ambient figures: slow, exact, and written from the fact sheet, not from the engine."""
