"""Merging and tracking: models of runs go in, and what comes out is a run again."""

PREFIX = "run:"
"""What recipes put before the id of a run to name its model."""
