"""Ranking and fusion, shared by the features."""
