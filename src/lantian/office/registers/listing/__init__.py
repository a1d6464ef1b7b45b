"""Lists, maps, one record, its history, saved filters."""
