"""Looks: hostile bytes are opened in limited child processes only."""
