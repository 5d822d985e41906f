"""Frames, messages and endpoints of the child processes; standard library only."""
