"""SQL only: a connection first, rows in, values out."""
