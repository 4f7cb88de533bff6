"""One file per view: a pure function from an entry to row changes."""
