"""The public portal: today's air and the ranking, for everyone."""
