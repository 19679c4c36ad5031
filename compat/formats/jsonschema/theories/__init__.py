"""For each type: a value that meets some atoms, or none."""
