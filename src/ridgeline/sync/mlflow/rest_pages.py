"""Lists of a tracking server, which come page by page."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ridgeline.core.values import Json
from ridgeline.sync.mlflow.answers import integer, text, trees
from ridgeline.sync.mlflow.client import Answer, Client

API = "/api/2.0/mlflow"
_A_PAGE = 1000
_DEEPEST = 32


def pages(client: Client, what: str, key: str, asked: Mapping[str, Json]) -> Iterator[Answer]:
    """Yield what a search such as `runs/search` finds."""
    token = ""
    while True:
        page: dict[str, Json] = {"page_token": token} if token else {}
        answer = client.post(f"{API}/{what}", {**asked, "max_results": _A_PAGE, **page})
        yield from trees(answer, key)
        token = text(answer, "next_page_token")
        if not token:
            return


def pages_of_get(client: Client, what: str, key: str) -> Iterator[Answer]:
    """Yield what a search finds that is asked for by GET, such as `model-versions/search`."""
    token = ""
    while True:
        page = {"page_token": token} if token else {}
        answer = client.get(f"{API}/{what}", max_results=_A_PAGE, **page)
        yield from trees(answer, key)
        token = text(answer, "next_page_token")
        if not token:
            return


@dataclass(frozen=True, slots=True)
class Folder:
    """A tree of files that is listed folder by folder."""

    client: Client
    where: str
    query: Mapping[str, str]
    path_key: str  # of the query: which folder

    def files(self, folder: str = "", deep: int = _DEEPEST) -> Iterator[tuple[str, int | None]]:
        """Yield paths and sizes in bytes. A folder that leads into itself ends somewhere."""
        token = ""
        while True:
            query = dict(self.query) | ({self.path_key: folder} if folder else {})
            answer = self.client.get(self.where, **(query | ({"page_token": token} if token else {})))
            for one in trees(answer, "files"):
                path = posixpath.normpath(text(one, "path"))
                if one.get("is_dir") is not True:
                    yield path, integer(one, "file_size")
                elif deep:
                    yield from self.files(path, deep - 1)
            token = text(answer, "next_page_token")
            if not token:
                return
