"""Dustfall, road dust and species: the pages over `lantian.ambient.measures`."""
