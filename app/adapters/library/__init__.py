"""The library: one SQLite file that is the truth, and one writer thread per process."""
