"""Offline folders of W&B: `wandb/offline-run-*/run-*.wandb`. A run that was resumed has several, which come to one run."""

import mimetypes
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.naming import nest, stable_id
from ridgeline.sync.passes import mark_of
from ridgeline.sync.protobuf import WireError
from ridgeline.sync.source import SourceArtifact, SourceRun, SourceStatus
from ridgeline.sync.wandb.datastore import check_head, scan
from ridgeline.sync.wandb.fold import RunFold
from ridgeline.sync.wandb.records import RunHead, decode, decode_all

# The head of a run stands among the first records of its file.
_HEAD_BYTES = 1 << 20
_DEFAULT_PROJECT = "uncategorized"


@dataclass(slots=True)
class _Followed:
    """A run, and how much of each of its files is taken in."""

    fold: RunFold
    offsets: dict[Path, int] = field(default_factory=dict)
    damaged: dict[str, str] = field(default_factory=dict)


class OfflineFolders:
    """The runs below a folder, read from W&B's own logs; W&B need not be installed."""

    def __init__(self, path: Path, patterns: ContextPatterns) -> None:
        """Look at a folder, which may be that of one run, or a `.wandb` file.

        Raises:
            InputError: There is none.
        """
        if not path.exists():
            message = f"There is nothing at {str(path)!r}. Give the folder `wandb`, one run's folder in it, or an export."
            raise InputError(message, "wandb-not-found")
        self._path = path
        self._patterns = patterns
        self._files: dict[str, list[Path]] = {}
        self._followed: dict[str, _Followed] = {}
        self._heads: dict[Path, str] = {}

    def listed(self) -> dict[str, str]:
        """Return the runs with a mark of their files.

        Raises:
            InputError: There is no run.
        """
        self._files = {}
        for path in self._logs():
            self._files.setdefault(self._id_of(path), []).append(path)
        if not self._files:
            message = f"There is no W&B run below {str(self._path)!r}: no file run-*.wandb. Were the runs made with WANDB_MODE=offline?"
            raise InputError(message, "wandb-not-found")
        return {run_id: self._mark(run_id) for run_id in self._files}

    def read(self, run_id: str) -> Iterator[SourceRun]:
        """Return a run, then say what of it is missing.

        Raises:
            StorageError: It cannot be read, or not all of it.
        """
        followed = self._followed.setdefault(run_id, _Followed(RunFold(self._patterns)))
        for path in self._files[run_id]:
            self._take_in(followed, path)
        if not followed.fold.head.id:
            message = (
                f"{str(self._files[run_id][0])!r} says not yet which run it is. It comes over when it does."
            )
            raise StorageError(message, "wandb-no-head")
        wrong = [*followed.damaged.values(), *followed.fold.missing.values()]
        run = self._describe(run_id, followed.fold)
        yield run if wrong else replace(run, mark=self._mark(run_id))
        if run.status != "running":
            del self._followed[run_id]
        if wrong:
            more = f" (and {len(wrong) - 1} more)" if len(wrong) > 1 else ""
            message = (
                f"{wrong[0]}{more}. All else of the run is there; what is missing comes over when it is."
            )
            self._followed.pop(run_id, None)  # so that it is looked for again
            raise StorageError(message, "wandb-incomplete")

    def taken(self, run_id: str) -> None:
        """Nothing has to be remembered: what is there is read back from the repository."""

    def close(self) -> None:
        """Nothing is held open."""

    def _mark(self, run_id: str) -> str:
        return mark_of(self._patterns.patterns, *map(_stamp, self._files[run_id]))

    def _logs(self) -> list[Path]:
        if self._path.is_file():
            return [self._path]
        return sorted(path for path in self._path.rglob("run-*.wandb") if path.is_file())

    def _id_of(self, path: Path) -> str:
        """Return the id here of the run of a file; one made of its name while it does not say."""
        known = self._heads.get(path)
        if known is not None:
            return known
        head = _head(path)
        if head is None:
            return stable_id(path.stem.removeprefix("run-"), path.parent.name)
        self._heads[path] = stable_id(head.id, head.project, head.entity)
        return self._heads[path]

    def _take_in(self, followed: _Followed, path: Path) -> None:
        data = _bytes(path)
        if not check_head(data, str(path)):
            return
        found = scan(data, followed.offsets.get(path, 0))
        try:
            followed.fold.add(decode_all(found.records), path.parent / "files")
        except WireError as error:
            message = (
                f"{str(path)!r} holds a record that is none of W&B's ({error}). Was it made by a newer wandb?"
            )
            raise StorageError(message, "wandb-unreadable") from error
        followed.offsets[path] = found.next_offset
        if found.damaged:
            followed.damaged[str(path)] = (
                f"{found.damaged} stretches of {str(path)!r} are damaged and left out"
            )

    def _describe(self, run_id: str, fold: RunFold) -> SourceRun:
        head = fold.head
        files = [path.parent / "files" for path in self._files[run_id]]
        created = head.started or min(path.stat().st_mtime for path in self._files[run_id])
        ended = None if fold.exit is None else max(fold.updated, created + fold.exit.runtime_secs)
        return SourceRun(
            id=run_id,
            source=f"wandb {self._path}",
            name=head.name or head.id,
            experiment=head.project or _DEFAULT_PROJECT,
            created=created,
            ended=ended,
            status=_status(fold),
            user=head.entity or _user(fold),
            note=head.notes,
            tags=head.tags,
            params=_params(fold),
            env={**fold.env, **_packages(files)},
            artifacts=tuple(artifact for folder in files for artifact in _artifacts(folder)),
            series=fold.columns.series(),
            objects=tuple(fold.objects),
            console=fold.printed.lines(ended=fold.exit is not None),
        )


def _stamp(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return path.name, stat.st_mtime_ns, stat.st_size


def _bytes(path: Path, size: int = -1) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(size)
    except OSError as error:
        raise StorageError(
            f"{str(path)!r} cannot be read ({error.strerror or error}).", "wandb-unreadable"
        ) from error


def _head(path: Path) -> RunHead | None:
    """Return which run a file is of; None when it does not say, which reading it tells more about."""
    try:
        data = _bytes(path, _HEAD_BYTES)
        if not check_head(data, str(path)):
            return None
        records = (decode(record) for record in scan(data).records)
        return next((record for record in records if isinstance(record, RunHead)), None)
    except (StorageError, WireError):
        return None


def _status(fold: RunFold) -> SourceStatus:
    if fold.exit is None:
        return "running"
    return "finished" if fold.exit.code == 0 else "failed"


def _user(fold: RunFold) -> str:
    host = fold.env.get("host")
    user = host.get("user") if isinstance(host, dict) else None
    return user if isinstance(user, str) else ""


def _params(fold: RunFold) -> dict[str, Json]:
    """Return the config, and under `wandb` what else tells runs apart."""
    tree = nest((key, value) for key, value in fold.config.items() if key != "_wandb")
    head = fold.head
    own: dict[str, Json] = {
        key: value
        for key, value in (("group", head.group), ("job_type", head.job_type), ("sweep", head.sweep))
        if value
    }
    # Of a run that goes on, the summary may be a step ahead of the history.
    summary = fold.summary_beyond_history() if fold.exit is not None else {}
    if summary:
        own["summary"] = summary
    if own:
        held = tree.get("wandb")
        tree["wandb"] = {**held, **own} if isinstance(held, dict) else own
    return tree


def _packages(folders: list[Path]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for path in (folder / "requirements.txt" for folder in folders):
        if path.is_file():
            pinned = (line.split("==") for line in path.read_text("utf-8", errors="replace").splitlines())
            found.update({name: rest[0] for name, *rest in pinned if rest})
    return {"packages": found} if found else {}


def _artifacts(folder: Path) -> list[SourceArtifact]:
    """Return the files that the run saved, without those that are shown as objects."""
    media = folder / "media"
    return [
        SourceArtifact(
            path.relative_to(folder).as_posix(),
            path.absolute().as_uri(),
            path.stat().st_size,
            mimetypes.guess_type(path.name)[0],
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file() and media not in path.parents
    ]
