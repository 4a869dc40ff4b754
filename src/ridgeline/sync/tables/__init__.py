"""Runs in tables: CSV and Parquet files of any columns, and the folders that `ridgeline export --to parquet` writes."""
