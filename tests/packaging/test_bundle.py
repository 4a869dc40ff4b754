"""What a page of the UI loads stays small."""

import gzip
import re
from pathlib import Path

import pytest

import ridgeline.server.static as served

MOST_KB = 150
MOST_FILES = 12  # a round trip each before the first line is drawn
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
    "page",
    [
        "HomePage",
        "MetricsPage",
        "ParamsPage",
        "RunsPage",
        "RunPage",
        "ScatterPage",
        "ObjectsPage",
        "ComparePage",
    ],
)
def test_a_page_loads_no_more_than_it_may(page):
    (chunk,) = ASSETS.glob(f"{page}-*.js")
    files = closure(entry()) | closure(chunk.name)
    assert gzipped_kb(files) < MOST_KB
    assert len(files) <= MOST_FILES
