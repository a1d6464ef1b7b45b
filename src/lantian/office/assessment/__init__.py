"""Score cards, yearly results, rewards and transfers."""
