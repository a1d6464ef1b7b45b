"""Lantian 蓝天: a government's air-quality action plan as a running closed loop."""

__version__ = "0.1.0"
