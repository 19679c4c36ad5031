"""Each folder here is a format; its `FORMAT` is found by name."""
