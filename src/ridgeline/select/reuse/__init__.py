"""Which of the models trained so far should answer the batch that arrives now?

`history` holds what is known of models and periods, `mechanisms` are the ways to choose, `replay` lets them choose through time.
"""
