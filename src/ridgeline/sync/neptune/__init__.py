"""Runs of Neptune, read from the Parquet files that its own exporter leaves: https://docs.neptune.ai/neptune_exporter."""
