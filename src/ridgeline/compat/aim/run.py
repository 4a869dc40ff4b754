"""A run with the names that Aim gives its parts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import EllipsisType
from typing import Any, NoReturn

from ridgeline.compat.notice import refuse
from ridgeline.core.errors import NotFoundError
from ridgeline.query.repo import Repo as RidgelineRepo
from ridgeline.record import run as record
from ridgeline.record.capture.options import Capture
from ridgeline.record.describe import describe
from ridgeline.record.objects.text import Text


class Run(record.Run):
    """`ridgeline.Run`, called as Aim's is.

    Args:
        run_hash: of the run to go on with.
        repo: the folder to record into, or a Repo.
        read_only: refused; a Repo reads.
        experiment: what the run belongs to.
        force_resume: of no effect: several processes may record into one run.
        system_tracking_interval: None records no system metrics; the interval is 10 s whatever it is.
        log_system_params: whether packages, git and environment are recorded.
        capture_terminal_logs: whether what is printed is recorded.
    """

    def __init__(
        self,
        run_hash: str | None = None,
        *,
        repo: Any = None,
        read_only: bool = False,
        experiment: str | None = None,
        force_resume: bool = False,
        system_tracking_interval: float | None = 10,
        log_system_params: bool | None = False,
        capture_terminal_logs: bool | None = True,
    ) -> None:
        if read_only:
            refuse("Run(read_only=True)", "A repo reads: ridgeline.Repo(path).run(id).")
        capture = Capture(
            packages=bool(log_system_params),
            git=bool(log_system_params),
            environment=bool(log_system_params),
            console=bool(capture_terminal_logs),
            system=system_tracking_interval is not None,
        )
        path = getattr(repo, "path", repo)
        super().__init__(experiment, repo=path, run_id=run_hash, capture=capture)

    def __setitem__(self, address: str | EllipsisType, value: Any) -> None:
        """Set params; `run[...] = dict` sets them from the top, and what has no plain form is kept as its text."""
        if address is Ellipsis:
            for key, item in dict(value).items():
                self[key] = item
            return
        super().__setitem__(str(address), describe(value))

    def set(self, key: str, val: Any, strict: bool = True) -> None:
        self[key] = val

    def track(  # type: ignore[override]
        self,
        value: Any,
        name: str | None = None,
        step: int | None = None,
        epoch: int | None = None,
        *,
        context: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a value as `ridgeline.Run.track` does; step and epoch may be given by place."""
        super().track(
            value, name, step=None if step is None else int(step), epoch=epoch, context=context or None
        )

    @property
    def hash(self) -> str:
        return self.id

    @property
    def description(self) -> str:
        return self.note

    @description.setter
    def description(self, value: str) -> None:
        self.note = value

    @property
    def active(self) -> bool:
        return self.status == "running"

    @property
    def created_at(self) -> datetime:
        return datetime.fromtimestamp(self._recording.created, UTC)

    @property
    def creation_time(self) -> float:
        return self._recording.created

    @property
    def archived(self) -> bool:
        """Whether the run is put aside; setting it is an edit of the repo."""
        self.flush()
        return RidgelineRepo(self.repo).run(self.id).archived

    @archived.setter
    def archived(self, value: bool) -> None:
        self.flush()
        RidgelineRepo(self.repo).edit([self.id], archived=value)

    def add_tag(self, value: str) -> None:
        self.tags.add(value)

    def remove_tag(self, tag_name: str) -> bool:
        found = tag_name in self.tags
        self.tags.discard(tag_name)
        return found

    def log_info(self, msg: str, *args: Any, **params: Any) -> None:
        self._log("info", msg, args)

    def log_warning(self, msg: str, *args: Any, **params: Any) -> None:
        self._log("warning", msg, args)

    def log_error(self, msg: str, *args: Any, **params: Any) -> None:
        self._log("error", msg, args)

    def log_debug(self, msg: str, *args: Any, **params: Any) -> None:
        self._log("debug", msg, args)

    def log_artifact(
        self,
        path: str | os.PathLike[str],
        name: str | None = None,
        *,
        block: bool = False,
    ) -> None:
        super().log_artifact(Path(path), name)

    def log_artifacts(
        self, path: str | os.PathLike[str], name: str | None = None, *, block: bool = False
    ) -> None:
        """Store the files of a folder, below `name` where there is one."""
        top = Path(path)
        if not top.is_dir():
            raise NotFoundError(f"There is no folder {str(top)!r} to log the files of.", "folder-not-found")
        for source in sorted(top.rglob("*")):
            if source.is_file():
                inner = source.relative_to(top).as_posix()
                super().log_artifact(source, f"{name}/{inner}" if name else inner)

    def set_artifacts_uri(self, uri: str) -> NoReturn:
        refuse(
            "set_artifacts_uri",
            "Artifacts lie in the repo, each once; run.log_artifact(path) needs no place.",
        )

    def report_progress(self, *, expect_next_in: float = 0, block: bool = False) -> None:
        """Do nothing: a sign of life is recorded without being asked for."""

    def report_successful_finish(self, *, block: bool = True) -> None:
        self.close()

    def finalize(self) -> None:
        self.close()

    def metrics(self) -> NoReturn:
        refuse("run.metrics()", "A repo reads: ridgeline.Repo(path).run(id).metrics.")

    def _log(self, level: str, message: str, args: Iterable[Any]) -> None:
        values = tuple(args)
        super().track(Text(message % values if values else message), name="log", context={"level": level})
