"""Complaints with reward; who complained is sealed and read by two roles only."""
