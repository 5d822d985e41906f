"""Adapters built on Qt: voice, camera, player."""
