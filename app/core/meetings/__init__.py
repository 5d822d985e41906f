"""How a meeting becomes a transcript and minutes."""
