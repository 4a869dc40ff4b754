"""Score candidates without the target's labels, or with few: one method a file, each a function of plain arrays.

`registry.SCORERS` holds them by name, `table.score` runs several over many candidates. A higher score is always better.
"""
