"""Industrial sources."""
