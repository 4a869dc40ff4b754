"""A rebuildable, queryable view of the logs."""

from ridgeline.index.base import Index
from ridgeline.index.rebuild import reindex
from ridgeline.index.sqlite import open_index

__all__ = ["Index", "open_index", "reindex"]
