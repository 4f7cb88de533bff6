"""Probanda: an evidence base whose every act can be checked offline by anyone."""

__version__ = "0.1.0"
