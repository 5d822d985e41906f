"""Words, vectors and rankings: what every feature that finds something stands on."""
