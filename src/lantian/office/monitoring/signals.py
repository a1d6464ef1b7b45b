"""What other apps may wait for."""

from django.dispatch import Signal

# Sent after files of hours were loaded, with `kind`, `first` and `last` (stamps of the touched hours, aware)
# and `actor`.
hours_loaded = Signal()
