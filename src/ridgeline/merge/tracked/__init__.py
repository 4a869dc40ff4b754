"""Merging and tracking: models of runs go in, and what comes out is a run again."""
