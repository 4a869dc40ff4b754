"""A rebuildable, queryable view of the logs."""
