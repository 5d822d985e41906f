"""Does the source hold what a model wrote: names, numbers, negations."""
