"""`wandb.Artifact`: a named, typed set of files."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any, NoReturn, Self

from ridgeline.compat.notice import refuse
from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.query.repo import Repo


class Artifact:
    """Files to log with a run, which stand there as `<name>/<file>`.

    Args:
        name: of the set.
        type: what it is, such as "model" or "dataset".
        description: words about it.
        metadata: more about it.
    """

    def __init__(
        self,
        name: str,
        type: str,
        description: str | None = None,
        metadata: dict[str, Any] | None = None,
        **_more: Any,
    ) -> None:
        self.name = name
        self.type = type
        self.description = description
        self.metadata = dict(metadata or {})
        self.aliases: list[str] = []
        self.files_by_name: dict[str, Path] = {}
        self._made: Path | None = None

    def add_file(self, local_path: str | Path, name: str | None = None, **_more: Any) -> None:
        """Add a file, under its own name or another.

        Raises:
            NotFoundError: there is no such file.
        """
        path = Path(local_path)
        if not path.is_file():
            raise NotFoundError(f"There is no file {str(path)!r} to add to {self.name!r}.", "file-not-found")
        self.files_by_name[name or path.name] = path

    def add_dir(self, local_path: str | Path, name: str | None = None, **_more: Any) -> None:
        """Add the files of a folder, below `name` where there is one.

        Raises:
            NotFoundError: there is no such folder.
        """
        top = Path(local_path)
        if not top.is_dir():
            raise NotFoundError(
                f"There is no folder {str(top)!r} to add to {self.name!r}.", "folder-not-found"
            )
        for path in sorted(top.rglob("*")):
            if path.is_file():
                inner = path.relative_to(top).as_posix()
                self.files_by_name[f"{name}/{inner}" if name else inner] = path

    @contextmanager
    def new_file(self, name: str, mode: str = "w", encoding: str | None = None) -> Iterator[IO[Any]]:
        """Write a file of the artifact."""
        self._made = self._made or Path(mkdtemp(prefix="ridgeline-artifact-"))
        path = self._made / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode, encoding=encoding or ("utf-8" if "b" not in mode else None)) as file:
            yield file
        self.files_by_name[name] = path

    def add(self, obj: Any, name: str) -> NoReturn:
        refuse(
            "Artifact.add(obj)",
            "Log the object with the run, wandb.log({name: obj}), and files with add_file.",
        )

    def add_reference(self, uri: str, name: str | None = None, **_more: Any) -> NoReturn:
        refuse("Artifact.add_reference", 'Keep the address as a param: run.config["data_uri"] = uri.')

    def wait(self, timeout: float | None = None) -> Self:
        """Return at once: files are copied when they are logged."""
        return self

    def logged(self) -> None:
        """Forget the files that were written for it alone."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
            self._made = None


class UsedArtifact:
    """An artifact that some run of the repo logged."""

    def __init__(self, name: str, files: dict[str, Path]) -> None:
        self.name = name
        self._files = files

    def download(self, root: str | Path | None = None, **_more: Any) -> str:
        """Copy the files into a folder, ./artifacts/<name> if none is given, and return it."""
        folder = Path(root) if root is not None else Path("artifacts") / self.name
        for name, path in self._files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
        return str(folder)

    def file(self, root: str | Path | None = None) -> str:
        """Copy its only file into a folder, and return the path.

        Raises:
            InputError: it has several.
        """
        if len(self._files) != 1:
            raise InputError(f"{self.name!r} has {len(self._files)} files; use download().", "artifact-files")
        return str(Path(self.download(root)) / next(iter(self._files)))


def find_artifact(repo: Repo, asked: str) -> UsedArtifact:
    """Return the newest artifact of a name, `dataset` or `project/dataset:latest`.

    Raises:
        NotFoundError: no run has one.
        InputError: another version than the newest is asked for.
    """
    name, _, version = asked.rpartition("/")[2].partition(":")
    if version not in ("", "latest"):
        refuse(
            f"use_artifact({asked!r})",
            "The newest is used; one of a certain run is ridgeline.Repo().artifact(run, name).",
        )
    known: set[str] = set()
    for run in repo.runs(order_by="-run.created"):
        for artifact in run.artifacts:
            known.add(artifact.partition("/")[0])
        files = {
            inner.partition("/")[2]: repo.artifact(run.id, inner)
            for inner in run.artifacts
            if inner.startswith(f"{name}/")
        }
        if files:
            return UsedArtifact(name, files)
    raise NotFoundError(
        f"No run has an artifact {name!r}.{did_you_mean(name, known)} wandb.log_artifact(…) stores one.",
        "artifact-not-found",
    )
