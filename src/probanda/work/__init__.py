"""Acts: the desks. None of them imports another."""
