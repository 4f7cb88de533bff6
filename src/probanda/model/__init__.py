"""Words: frozen value types, entry kinds and the policy. Standard library only."""
