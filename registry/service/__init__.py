"""What the registry does: plain functions over a database connection."""
