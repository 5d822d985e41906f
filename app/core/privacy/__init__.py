"""What must not leave and what must not be kept."""
