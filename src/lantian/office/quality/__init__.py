"""Quality of the hours: what screens suspect, what people decide, how much is there, days taken out."""
