"""Runs of a repository, written as other trackers keep them."""
