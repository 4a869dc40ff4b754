"""Runs of Aim. Its storage is a library of its own, so a script reads it in whatever Python has that library."""
