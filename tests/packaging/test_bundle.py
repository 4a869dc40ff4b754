"""What a page of the UI loads stays small."""

import gzip
import re
from pathlib import Path

import pytest

import ridgeline.server.static as served

MOST_KB = 150
IMPORT = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")
ASSETS = Path(served.FOLDER) / "assets"

pytestmark = pytest.mark.skipif(not ASSETS.is_dir(), reason="the UI is not built: `make ui`")


def closure(start):
    """The file and all that it imports before it runs."""
    found, waiting = set(), [start]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += IMPORT.findall((ASSETS / name).read_text())
    return found


def gzipped_kb(names):
    return sum(len(gzip.compress((ASSETS / name).read_bytes(), 9)) for name in names) / 1000


def entry():
    (found,) = re.findall(r'src="/assets/([\w.-]+\.js)"', (Path(served.FOLDER) / "index.html").read_text())
    return found


def test_there_is_a_chunk_for_each_page():
    pages = {path.name.partition("-")[0] for path in ASSETS.glob("*Page-*.js")}
    assert {"MetricsPage", "ParamsPage", "RunsPage", "RunPage", "ScatterPage"} <= pages


@pytest.mark.parametrize(
    "page", ["MetricsPage", "ParamsPage", "RunsPage", "RunPage", "ScatterPage", "ObjectsPage", "ComparePage"]
)
def test_a_page_loads_no_more_than_it_may(page):
    (chunk,) = ASSETS.glob(f"{page}-*.js")
    assert gzipped_kb(closure(entry()) | closure(chunk.name)) < MOST_KB
