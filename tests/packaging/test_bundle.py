"""What a page of the UI loads stays small."""

import sys
from pathlib import Path

import pytest

import ridgeline.server.static as served

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))
from bundle import BAR_KB, gzipped_kb, pages

MOST_FILES = 12  # a round trip each before the first line is drawn
STATIC = Path(served.FOLDER)

pytestmark = pytest.mark.skipif(not (STATIC / "assets").is_dir(), reason="the UI is not built: `make ui`")


@pytest.fixture(scope="module")
def found():
    return pages(STATIC)


def test_there_is_a_chunk_for_each_page(found):
    views = {path.stem for path in (Path(__file__).parents[2] / "ui" / "src" / "views").glob("*Page.svelte")}
    assert views
    assert views == set(found)


def test_a_page_loads_no_more_than_it_may(found):
    assert {
        page: size for page, files in found.items() if (size := gzipped_kb(files, STATIC)) >= BAR_KB
    } == {}
    assert {page: len(files) for page, files in found.items() if len(files) > MOST_FILES} == {}
