"""Alcove: meetings, documents, pictures and clinical words on this laptop alone."""
