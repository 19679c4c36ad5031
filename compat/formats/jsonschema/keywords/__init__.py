"""What each keyword asks of a value, one function a keyword."""
