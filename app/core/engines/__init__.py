"""Which engines this machine has, what they can do and whether they fit."""
