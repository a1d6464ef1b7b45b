"""Lines that are no stacks: power, condition, dust sites, micro-stations, vehicles."""
