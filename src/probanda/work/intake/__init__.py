"""Takes in: files, folders, archives and standard input."""
