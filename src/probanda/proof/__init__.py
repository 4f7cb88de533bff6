"""Checks: bytes in, verdict out. No disk, network, clock or randomness."""
