from pathlib import Path

from ridgeline.index import Index, open_index
from ridgeline.testing.index_suite import IndexSuite


class TestSqliteIndex(IndexSuite):
    def open(self, root: Path) -> Index:
        return open_index(root)
