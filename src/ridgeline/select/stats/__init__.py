"""Statistics for comparing candidates: tests, intervals, corrections. Pure functions of arrays on NumPy and SciPy."""
