"""`lantian office line`: what the office works out from values that came since it last looked."""
