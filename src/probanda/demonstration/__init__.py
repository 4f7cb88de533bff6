"""What the demonstration and the tests need besides the program itself: an authority that proves no time."""
