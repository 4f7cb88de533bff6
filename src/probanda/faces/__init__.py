"""Shows: printers of the same desks. No decisions."""
