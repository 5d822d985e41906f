"""What Alcove knows: plain Python, no Qt, no network, no model library."""
