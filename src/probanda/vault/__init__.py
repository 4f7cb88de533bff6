"""Keeps: the only room that writes evidence."""
