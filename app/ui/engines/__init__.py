"""The Engines tab."""
