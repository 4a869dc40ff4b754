"""Where things lie in a repository.

<root>/ridgeline.json                    {"format": 1}, written once
<root>/runs/<2 hex>/<run id>/<seg>.rlog  one log a writer; <2 hex> begin sha256(run id)
<root>/live/<run id>~<seg>               there while a segment is open (marker.py)
<root>/blobs/<2 hex>/<sha256>            files by content
<root>/views/<seg>.rlog                  saved views
<root>/index.sqlite*, index.lock         a cache that can be rebuilt
"""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ridgeline.core.errors import InputError, NotFoundError, StorageError

FOLDER_NAME = ".ridgeline"
ENVIRONMENT_VARIABLE = "RIDGELINE_REPO"
SUFFIX = ".rlog"
FORMAT = 1
_MARKER = "ridgeline.json"


class SegmentPath(NamedTuple):
    """A segment of a run and where it lies."""

    run_id: str
    seg: str
    path: Path


def resolve_repo(path: str | Path | None, *, for_writing: bool) -> Path:
    """Return the root folder of the repository that `path` means.

    A folder that holds `ridgeline.json` or is called `.ridgeline` is the root itself; any other holds it as
    `.ridgeline`. None means `$RIDGELINE_REPO`, else the nearest `.ridgeline` upwards from the working folder, else, for
    writing, a new one here.

    Raises:
        InputError: a URL was given, or what is no path.
        NotFoundError: for reading, and there is none.
        StorageError: for reading, and it may not be read or is of another format.
    """
    asked = path if path is not None else os.environ.get(ENVIRONMENT_VARIABLE) or None
    if asked is None:
        root = _nearest(Path.cwd())
        if root is None and not for_writing:
            raise NotFoundError(
                f"There is no {FOLDER_NAME} in {str(Path.cwd())!r} or above it. Give the folder that holds it as repo,"
                f" set {ENVIRONMENT_VARIABLE}, or record a run first.",
                "repo-not-found",
            )
        return root or Path.cwd() / FOLDER_NAME
    if not isinstance(asked, str | os.PathLike):
        raise InputError(
            f"A repository is a folder, not {asked!r} ({type(asked).__name__}). Give its path.",
            "repo-invalid",
        )
    if str(asked).startswith(("http://", "https://")):
        raise InputError(
            f"The repository {str(asked)!r} is a URL, and remote repositories come with a later version."
            " Give a folder.",
            "remote-not-yet",
        )
    folder = Path(asked).expanduser().absolute()
    root = folder if _is_root(folder) or folder.name == FOLDER_NAME else folder / FOLDER_NAME
    if not for_writing:
        Layout(root).check()
    return root


def _nearest(folder: Path) -> Path | None:
    for parent in (folder, *folder.parents):
        if _is_root(parent / FOLDER_NAME):
            return parent / FOLDER_NAME
    return None


def _is_root(folder: Path) -> bool:
    try:
        return (folder / _MARKER).is_file()
    except OSError:  # a folder that may not be looked into; whoever needs it says so when using it
        return False


class Layout:
    """The paths of the repository at `root`. Touches the disk only in the methods that say so."""

    def __init__(self, root: str | Path) -> None:
        self.root = Path(root)
        self.runs = self.root / "runs"
        self.live = self.root / "live"
        self.blobs = self.root / "blobs"
        self.views = self.root / "views"
        self.lost_and_found = self.root / "lost+found"

    def run_folder(self, run_id: str) -> Path:
        return self.runs / hashlib.sha256(run_id.encode()).hexdigest()[:2] / run_id

    def segment(self, run_id: str, seg: str) -> Path:
        return self.run_folder(run_id) / (seg + SUFFIX)

    def view_segment(self, seg: str) -> Path:
        return self.views / (seg + SUFFIX)

    def live_marker(self, run_id: str, seg: str) -> Path:
        return self.live / f"{run_id}~{seg}"

    def create(self) -> None:
        """Make the folders and `ridgeline.json` unless they are there. Safe when many processes do so at once.

        Raises:
            StorageError: the disk refuses, or the repository is of a later format.
        """
        try:
            for folder in (self.runs, self.live, self.blobs, self.views):
                folder.mkdir(parents=True, exist_ok=True)
            if not _is_root(self.root):
                # Written aside and renamed: a reader never sees half a file, and the last of many writers changes nothing.
                aside = self.root / f".{_MARKER}.{os.getpid()}-{os.urandom(4).hex()}"
                aside.write_text(json.dumps({"format": FORMAT}) + "\n", encoding="utf-8")
                aside.replace(self.root / _MARKER)
        except OSError as error:
            raise StorageError(
                f"The repository {str(self.root)!r} cannot be made: {error.strerror or error}."
                " Choose a folder that can be written to.",
                "repo-not-writable",
            ) from error
        self.check()

    def check(self) -> None:
        """Make sure that the repository is there and of a format that this version reads.

        Raises:
            NotFoundError: there is none.
            StorageError: it cannot be read, or is of another format.
        """
        try:
            text = (self.root / _MARKER).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError) as error:
            raise NotFoundError(
                f"There is no repository at {str(self.root)!r}: it has no {_MARKER}."
                " Give the folder that a run was recorded into.",
                "repo-not-found",
            ) from error
        except OSError as error:
            raise StorageError(
                f"The repository {str(self.root)!r} cannot be read ({error.strerror or error})."
                " Ask its owner for permission, or give another folder.",
                "repo-not-readable",
            ) from error
        try:
            marker = json.loads(text)
        except ValueError:
            marker = None
        if not isinstance(marker, dict) or marker.get("format") != FORMAT:
            raise StorageError(
                f"The repository {str(self.root)!r} says {text[:80]!r} in {_MARKER}, and this version reads format"
                f" {FORMAT}. Update ridgeline.",
                "repo-format-unknown",
            )

    def segments(self) -> Iterator[SegmentPath]:
        """Yield every segment of every run, sorted by shard, run id and segment id."""
        for shard in _names(self.runs):
            for run_id in _names(self.runs / shard):
                yield from _segments_in(self.runs / shard / run_id, run_id)

    def view_segments(self) -> Iterator[Path]:
        """Yield the segments of saved views, oldest first."""
        for found in _segments_in(self.views, ""):
            yield found.path

    def count_runs(self) -> int:
        """Return how many runs have a folder; 0.15 s for 100,000."""
        return sum(len(_names(self.runs / shard)) for shard in _names(self.runs))

    def segments_of(self, run_id: str) -> Iterator[SegmentPath]:
        """Yield the segments of one run, oldest first; none for a run that is not there."""
        yield from _segments_in(self.run_folder(run_id), run_id)


def _segments_in(folder: Path, run_id: str) -> Iterator[SegmentPath]:
    for name in _names(folder):
        if name.endswith(SUFFIX):
            yield SegmentPath(run_id, name.removesuffix(SUFFIX), folder / name)


def _names(folder: Path) -> list[str]:
    """Return the sorted names in a folder, none when it is not there. Hidden names are files in the making."""
    try:
        return sorted(name for name in os.listdir(folder) if not name.startswith("."))  # noqa: PTH208 - 3x iterdir's speed
    except (FileNotFoundError, NotADirectoryError):
        return []
