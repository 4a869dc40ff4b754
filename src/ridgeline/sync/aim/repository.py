"""An Aim repository as a source. Nothing in it is touched: Aim's library opens copies of a run's databases."""

import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.sync.aim.describe import Parts, describe
from ridgeline.sync.aim.process import AimProcess
from ridgeline.sync.aim.properties import Properties, read_properties
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.passes import mark_of
from ridgeline.sync.source import SourceRun

# RocksDB's own diary and lock change when somebody looks.
_NO_DATA = frozenset({"LOG", "LOCK"})


class AimRepository:
    """The runs of a folder `.aim`."""

    def __init__(self, path: Path, python: str, patterns: ContextPatterns) -> None:
        """Look at a repository.

        Raises:
            InputError: There is none.
        """
        self._root = path if path.name == ".aim" else path / ".aim"
        if not (self._root / "run_metadata.sqlite").is_file():
            message = f"There is no Aim repository at {str(path)!r}: {str(self._root / 'run_metadata.sqlite')!r} is missing."
            raise InputError(message, "aim-not-found")
        self._patterns = patterns
        self._process = AimProcess(python)
        self._properties: dict[str, Properties] = {}

    def listed(self) -> dict[str, str]:
        """Return the runs with a mark of their properties and files.

        Raises:
            InputError: The other Python has no aim.
            StorageError: The repository is of another version.
        """
        self._process.start()
        self._properties = read_properties(self._root / "run_metadata.sqlite")
        chunks = self._root / "meta" / "chunks"
        there = {path.name for path in chunks.iterdir()} if chunks.is_dir() else set()
        return {run: self._mark(run) for run in self._properties if run in there}

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run, then say what of it could not be read.

        Raises:
            StorageError: Some of the run cannot be read.
        """
        parts = Parts(self._patterns)
        mark = self._mark(run_id)
        with tempfile.TemporaryDirectory(prefix="ridgeline-aim-") as folder:
            copies = [self._copy(kind, run_id, Path(folder)) for kind in ("meta", "seqs")]
            for part in self._process.read(run_id, *copies):
                parts.add(part)
        progresses = (self._root / "meta" / "progress" / run_id).exists()
        run = describe(
            run_id, self._properties[run_id], parts, f"aim {self._root.parent}", progresses=progresses
        )
        yield run if parts.problems else replace(run, mark=mark)
        if parts.problems:
            more = f" (and {len(parts.problems) - 1} more)" if len(parts.problems) > 1 else ""
            message = f"{parts.problems[0]}{more}. All else of the run is there."
            raise StorageError(message, "aim-incomplete")

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered."""

    def close(self) -> None:
        """End the other Python."""
        self._process.close()

    def _mark(self, run_id: str) -> str:
        return mark_of(self._patterns.patterns, self._properties[run_id], self._stamps(run_id))

    def _stamps(self, run_id: str) -> list[tuple[str, int, int]]:
        stamps = []
        for kind in ("meta", "seqs"):
            for path in sorted((self._root / kind / "chunks" / run_id).glob("*")):
                if path.name not in _NO_DATA:
                    stat = path.stat()
                    stamps.append((f"{kind}/{path.name}", stat.st_mtime_ns, stat.st_size))
        return stamps

    def _copy(self, kind: str, run_id: str, folder: Path) -> Path:
        source = self._root / kind / "chunks" / run_id
        target = folder / kind
        try:
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("LOCK"))
        except (OSError, shutil.Error) as error:
            message = f"{str(source)!r} cannot be copied: Aim writes to it now ({str(error)[:200]}). It comes over next time."
            raise StorageError(message, "aim-unreadable") from error
        return target
