"""Sentences, words and languages, shared by the features."""
