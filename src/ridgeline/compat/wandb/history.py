"""`wandb.Run`: rows of a history, recorded as points."""

from __future__ import annotations

import glob as globbing
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ridgeline.compat.notice import refuse, say_once
from ridgeline.compat.wandb.artifact import Artifact, UsedArtifact, find_artifact
from ridgeline.compat.wandb.rules import Rule, Rules, make_rule
from ridgeline.compat.wandb.settings import Config, Summary
from ridgeline.compat.wandb.values import flat
from ridgeline.core.errors import InputError
from ridgeline.core.values import join_path
from ridgeline.query.repo import Repo
from ridgeline.record import run as record
from ridgeline.record.describe import describe
from ridgeline.record.objects.text import Text
from ridgeline.record.tags import Tags
from ridgeline.record.tracked import TrackedObject

_EPOCH = "epoch"


class Run:
    """What `wandb.init` returns.

    What is logged until the next step is a row: its numbers get the step of the row, and `epoch` as their epoch where the row
    has one. Names stay whole.

    Attributes:
        ridgeline_run: the run that all of it goes into; None when W&B is switched off by mode="disabled".
        config, summary: as W&B's.
        step: of the next row.
    """

    def __init__(
        self,
        tracked: record.Run | None,
        *,
        first_step: int,
        project: str,
        group: str | None,
        job_type: str | None,
    ) -> None:
        self.ridgeline_run = tracked
        self.project = project
        self.entity = ""
        self.group = group
        self.job_type = job_type
        self.step = first_step
        held = tracked.params if tracked else {}
        self.config = Config(self._set_config, {key: held[key] for key in held if key != "wandb"})
        self.summary = Summary(self._set_summary)
        self.disabled = tracked is None
        self._rules = Rules([])
        self._row: dict[str, Any] = {}
        self._known: dict[str, float] = {}

    @property
    def id(self) -> str:
        return self.ridgeline_run.id if self.ridgeline_run else "disabled"

    @property
    def name(self) -> str:
        return self.ridgeline_run.name if self.ridgeline_run else "disabled"

    @name.setter
    def name(self, value: str) -> None:
        if self.ridgeline_run:
            self.ridgeline_run.name = value

    @property
    def notes(self) -> str:
        return self.ridgeline_run.note if self.ridgeline_run else ""

    @notes.setter
    def notes(self, value: str) -> None:
        if self.ridgeline_run:
            self.ridgeline_run.note = value

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags, as a tuple: `run.tags += ("best",)` adds one."""
        return tuple(self.ridgeline_run.tags) if self.ridgeline_run else ()

    @tags.setter
    def tags(self, values: Any) -> None:
        if self.ridgeline_run:
            self.ridgeline_run.tags = Tags(values, lambda _added, _removed: None)

    @property
    def url(self) -> None:
        """There is no address before `ridgeline up` shows the repo."""

    def get_url(self) -> None:
        """There is no address before `ridgeline up` shows the repo."""

    @property
    def dir(self) -> str:
        """The folder of the repo."""
        return str(self.ridgeline_run.repo) if self.ridgeline_run else "."

    def log(
        self,
        data: Mapping[str, Any],
        step: int | None = None,
        commit: bool | None = None,
        sync: bool | None = None,
    ) -> None:
        """Add to the row of a step; a row is recorded when the next begins, at once without `step` or with `commit`.

        Raises:
            InputError: `data` is no dict with names, or holds what cannot be tracked.
        """
        if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
            raise InputError(f"wandb.log takes a dict of names, not {data!r}.", "compat-log")
        if step is not None:
            if step < self.step:
                say_once(f"wandb.log(step={step}) comes after step {self.step} and is left out, as W&B does.")
                return
            if step > self.step:
                self._write_row()
                self.step = step
        self._row.update(flat(data))
        if commit or (commit is None and step is None):
            self._write_row()
            self.step += 1

    def define_metric(
        self,
        name: str,
        step_metric: Any = None,
        step_sync: bool | None = None,
        hidden: bool | None = None,
        summary: str | None = None,
        goal: str | None = None,
        overwrite: bool | None = None,
    ) -> Rule:
        """Say which metric is the x of others: its whole numbers become their steps, `epoch` their epoch.

        `hidden` and `goal` are of no effect: what is shown, and which way is better, is chosen on the page.
        """
        rule = make_rule(name, step_metric, summary)
        self._rules.rules.append(rule)
        return rule

    def log_artifact(
        self,
        artifact_or_path: Artifact | str | Path,
        name: str | None = None,
        type: str | None = None,
        aliases: list[str] | None = None,
        tags: list[str] | None = None,
    ) -> Artifact:
        """Store the files of an artifact, of a folder, or one file, as `<name>/<file>`."""
        if isinstance(artifact_or_path, Artifact):
            artifact = artifact_or_path
        else:
            path = Path(artifact_or_path)
            artifact = Artifact(name or path.name, type or "unspecified")
            (artifact.add_dir if path.is_dir() else artifact.add_file)(path)
        artifact.aliases += aliases or []
        if self.ridgeline_run:
            for inner, path in artifact.files_by_name.items():
                self.ridgeline_run.log_artifact(path, f"{artifact.name}/{inner}")
            about = {
                "type": artifact.type,
                "description": artifact.description,
                "metadata": artifact.metadata,
                "aliases": artifact.aliases,
            }
            self.ridgeline_run[join_path(["wandb", "artifacts", artifact.name])] = describe(
                {key: value for key, value in about.items() if value}
            )
        artifact.logged()
        return artifact

    def use_artifact(self, artifact_or_name: Artifact | str, type: str | None = None) -> UsedArtifact:
        """Find the newest artifact of a name in this repo."""
        if isinstance(artifact_or_name, Artifact):
            return UsedArtifact(artifact_or_name.name, dict(artifact_or_name.files_by_name))
        if self.ridgeline_run is None:
            refuse("use_artifact with mode='disabled'", "Nothing is read then; use mode='offline'.")
        return find_artifact(Repo(self.ridgeline_run.repo), artifact_or_name)

    def save(self, glob_str: str, base_path: str | None = None, policy: str = "live") -> list[str]:
        """Store the files that a glob finds, as they are now."""
        found = sorted(path for path in map(Path, globbing.glob(glob_str, recursive=True)) if path.is_file())  # noqa: PTH207 - globs may be absolute
        base = Path(base_path) if base_path else Path(glob_str).parent
        for path in found:
            if self.ridgeline_run:
                inner = path.relative_to(base).as_posix() if path.is_relative_to(base) else path.name
                self.ridgeline_run.log_artifact(path, inner)
        return [str(path) for path in found]

    def log_code(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing: commit and diff are captured when a run begins."""

    def watch(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing, and say so once."""
        say_once(
            "wandb.watch records nothing: hooks slow training down. Track what you look at:"
            ' wandb.log({"weights": wandb.Histogram(layer.weight)}).'
        )

    def unwatch(self, *_args: Any, **_kwargs: Any) -> None:
        """Do nothing, as nothing is watched."""

    def alert(self, title: str, text: str = "", level: Any = None, wait_duration: Any = None) -> None:
        """Keep the words with the run, as a text named `alert`; nobody is sent a message."""
        if self.ridgeline_run:
            self.ridgeline_run.track(Text(f"{title}\n{text}".strip()), name="alert")

    def mark_preempting(self) -> None:
        """Do nothing: a run that is stopped by a signal says so."""

    def finish(self, exit_code: int | None = None, quiet: bool | None = None) -> None:
        """End the run: failed with an exit code other than 0."""
        self._write_row()
        if self.ridgeline_run:
            self.ridgeline_run.close("failed" if exit_code else "finished")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._write_row()
        if self.ridgeline_run:
            self.ridgeline_run.__exit__(kind, error, trace)

    def _write_row(self) -> None:
        row, self._row = self._row, {}
        numbers = {
            name: float(value)
            for name, value in row.items()
            if not isinstance(value, TrackedObject | list) and value is not None
        }
        self._known.update(numbers)
        epoch = numbers.get(_EPOCH)
        for name, value in row.items():
            if value is not None and self.ridgeline_run:
                step, at_epoch = self._place(name, epoch)
                self.ridgeline_run.track(value, name, step=step, epoch=at_epoch)
            if name in numbers:
                rule = self._rules.of(name)
                self.summary.logged(name, value, rule.summary if rule else frozenset())

    def _place(self, name: str, epoch: float | None) -> tuple[int, float | None]:
        """Return the step and the epoch of a metric of this row."""
        rule = self._rules.of(name)
        asked = rule.step_metric if rule else None
        if asked is None or asked == name or asked not in self._known:
            return self.step, epoch
        value = self._known[asked]
        if asked.rpartition("/")[2] == _EPOCH:
            return self.step, value
        return (int(value), epoch) if value.is_integer() else (self.step, value)

    def _set_config(self, key: str, value: Any) -> None:
        if self.ridgeline_run:
            self.ridgeline_run[key if all(key.split(".")) else join_path([key])] = describe(value)

    def _set_summary(self, key: str, value: Any) -> None:
        if self.ridgeline_run:
            self.ridgeline_run[join_path(["wandb", "summary", key])] = describe(value)
