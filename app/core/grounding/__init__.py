"""Does the source hold what a statement says: its numbers, dates, names and negations.

What passes is linked to its source, never verified: code can see that a number was
not said, not that a sentence is true.
"""
