"""Gives: packages that their receiver can check without us."""
