"""Where bytes lie: a folder, behind one small interface."""
