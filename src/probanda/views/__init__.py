"""Reads: tables folded from the ledger. Delete them and nothing is lost."""
