"""Volatile organic compounds."""
