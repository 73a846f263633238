"""Paraf: approval routes of Indonesian ministries, executed and provable."""

__version__ = "0.1.0"
