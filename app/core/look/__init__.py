"""What is in a picture: its text, its quality, its description."""
