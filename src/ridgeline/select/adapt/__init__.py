"""Adapt a candidate's predictions on the target to each other, without labels and without its weights.

`lame.lame` does so on arrays, `adapted.adapted` on what was recorded of candidates, for the scorers.
"""
