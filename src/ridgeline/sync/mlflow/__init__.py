"""Runs of MLflow, read from its own stores."""
