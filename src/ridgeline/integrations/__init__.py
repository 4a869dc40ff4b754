"""Callbacks, loggers and handlers for training frameworks: one file each, of one shape. docs/howto/integrations.md lists them.

A file imports its framework at its top and nothing else does, so none is loaded unless a program uses it. What a file holds
inherits `Integration`: it takes the program's own run, or the arguments of `ridgeline.Run` for a run of its own.
"""
