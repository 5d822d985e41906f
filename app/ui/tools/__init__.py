"""Tour, pictures and smoke test."""
