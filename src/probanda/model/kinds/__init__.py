"""One file per kind of entry: its body, its clear fields and its redactable fields."""
