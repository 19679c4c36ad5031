"""What keeps the repository in step with itself."""
