"""Recipes: the YAML that mergekit's users have, read with all its mistakes, and made into a merge."""
