"""Send each example to the candidate that should do best on it, at what it costs.

`predict` learns from features how well each candidate will do, `route` chooses by that and says what it is worth, `front` shows
quality against cost.
"""
