"""Runs of Trackio, read from its SQLite files."""
