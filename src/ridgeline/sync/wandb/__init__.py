"""Runs of Weights & Biases, read from its offline folders and from exports of their history."""
