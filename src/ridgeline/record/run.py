"""`Run`: what a training program records into."""

import os
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

from ridgeline.core.errors import InputError, NotFoundError, did_you_mean
from ridgeline.core.ids import check_run_id, default_run_name, new_run_id
from ridgeline.core.run_card import RunCard
from ridgeline.core.values import Json, delete_path, flatten, set_path
from ridgeline.log.events import (
    ArtifactEvent,
    DelEvent,
    EndStatus,
    Event,
    PropEvent,
    SetEvent,
    encode_event,
)
from ridgeline.log.layout import resolve_repo
from ridgeline.record import lifetime
from ridgeline.record.boundary import Guard
from ridgeline.record.capture.options import Capture, check_capture
from ridgeline.record.params import look_up, param_path, read_only, to_json
from ridgeline.record.recording import Recording
from ridgeline.record.tags import Tags, check_tags
from ridgeline.record.tracker import Tracker

# How long predictions wait for those before them to be written, before they are refused for want of memory.
_ROOM_SECS = 10.0
_SETTABLE = ("experiment", "left_as", "name", "note", "tags")


def flush_open_runs() -> None:
    """Flush every run that is open in this process, so that a reader in it sees all that was recorded."""
    lifetime.flush_all()


class Run(Tracker):
    """A run: params, metrics, objects, tags, a note and files, recorded while the program goes on.

        with ridgeline.Run(experiment="pos", params={"lr": 3e-5}) as run:
            run.track(0.71, name="f1", step=20, context={"lang": "fr", "subset": "dev"})

    Params are read and set by address: `run["hparams.optim.name"]`, `run["hparams"] = {...}`, `del run["hparams"]`.

    Recording never waits for the disk and never raises because of it; what could not be recorded is counted and shown with
    the run. A mistake in a call raises InputError at the call. Left open, a run ends with the process: finished, failed
    (with the traceback), or stopped.

    Args:
        experiment: what the run belongs to; "default" when new and left out.
        name: words for people; "run-" and six characters of the id when left out.
        params: the first params, as a dict, dataclass or Namespace; set as by `run[key] = value`.
        tags: the first tags.
        repo: the folder to record into; $RIDGELINE_REPO, else the nearest .ridgeline upwards, else a new one here.
        run_id: of the run to go on with, or the id of a new one; several processes may record into one run at once.
        capture: True records the surroundings too, False nothing; or a Capture that says what.

    Raises:
        InputError: an argument is wrong.
    """

    def __init__(
        self,
        experiment: str | None = None,
        name: str | None = None,
        params: Any = None,
        tags: Iterable[str] | None = None,
        repo: str | Path | None = None,
        run_id: str | None = None,
        capture: bool | Capture = True,  # noqa: FBT001, FBT002 - three-valued, and written as a keyword
    ) -> None:
        _check_text("experiment", experiment)
        _check_text("name", name)
        # All that can be wrong with the call comes before anything is on disk.
        first_params = checked_params(params)
        first_tags = check_tags(tags)
        options = check_capture(capture)
        root = resolve_repo(repo, for_writing=True)
        checked_id = new_run_id() if run_id is None else check_run_id(run_id)
        recording = Recording(root, checked_id, options, name=name, experiment=experiment)
        self._begin(recording, name, experiment)
        for path, value in first_params.items():
            recording.emit(SetEvent(time.time(), path, value))
            set_path(self._params, path, value)
        self._tags.update(first_tags)

    def _begin(self, recording: Recording, name: str | None = None, experiment: str | None = None) -> None:
        """Go on from what the run holds already."""
        super().__init__(recording)
        self._id = recording.run_id
        earlier = recording.earlier.state if recording.earlier else None
        self._name = name or (earlier.name if earlier else default_run_name(self._id))
        self._experiment = experiment or (earlier.experiment if earlier else "default")
        self._note = earlier.note if earlier else ""
        self._params: dict[str, Json] = earlier.params if earlier else {}
        self._tags = Tags(earlier.tags if earlier else (), recording.change_tags)

    @property
    def id(self) -> str:
        """What names the run for good."""
        return self._id

    @property
    def repo(self) -> Path:
        """The root folder of the repository."""
        return self._recording.root

    @property
    def status(self) -> Literal["running", "finished", "failed", "stopped"]:
        """Whether this object still records, and how it ended."""
        return self._recording.ended or "running"

    @property
    def left_as(self) -> EndStatus:
        """How the run ends when nobody closes it, and the process ends well: "finished", unless you say otherwise."""
        return self._recording.left_as

    @left_as.setter
    def left_as(self, status: EndStatus) -> None:
        _check_status(status)
        self._recording.left_as = status

    @property
    def name(self) -> str:
        """Words for people; need not be unique."""
        return self._name

    @name.setter
    def name(self, value: str) -> None:
        _check_text("name", value, may_be_none=False)
        self._emit(PropEvent(time.time(), "name", value))
        self._name = value

    @property
    def experiment(self) -> str:
        """What the run belongs to."""
        return self._experiment

    @experiment.setter
    def experiment(self, value: str) -> None:
        _check_text("experiment", value, may_be_none=False)
        self._emit(PropEvent(time.time(), "experiment", value))
        self._experiment = value

    @property
    def note(self) -> str:
        """Free text, Markdown if you like."""
        return self._note

    @note.setter
    def note(self, value: str) -> None:
        if not isinstance(value, str):
            raise InputError(f"A note is text, not {value!r} ({type(value).__name__}).", "note-invalid")
        self._emit(PropEvent(time.time(), "note", value))
        self._note = value

    @property
    def tags(self) -> Tags:
        """The tags, as a set: add, discard, iterate, `in`. Assigning replaces them."""
        return self._tags

    @tags.setter
    def tags(self, values: Iterable[str]) -> None:
        wanted = check_tags(values)
        for gone in set(self._tags) - set(wanted):
            self._tags.discard(gone)
        self._tags.update(wanted)

    @property
    def params(self) -> dict[str, Json]:
        """All params as a nested dict, to read."""
        copy = read_only(self._params)
        assert isinstance(copy, dict)
        return copy

    def __getitem__(self, address: str) -> Json:
        return look_up(self._params, param_path(address))

    def __setitem__(self, address: str, value: Any) -> None:
        path = param_path(address)
        self._set(path, to_json(value, path))

    def __delitem__(self, address: str) -> None:
        path = param_path(address)
        look_up(self._params, path)
        self._emit(DelEvent(time.time(), path))
        delete_path(self._params, path)

    def __contains__(self, address: object) -> bool:
        try:
            look_up(self._params, param_path(address))
        except InputError:
            return False
        return True

    # Without this, iteration would try run[0], run[1], …
    __iter__ = None

    def get(self, address: str, default: Json = None) -> Json:
        """Return a param, or `default` where there is none."""
        try:
            return self[address]
        except NotFoundError:
            return default

    def log_artifact(self, path: str | os.PathLike[str], name: str | None = None) -> None:
        """Store a copy of a file with the run. It is copied now, so the file may be changed or deleted afterwards.

        Args:
            path: of the file.
            name: under which it is listed, the file's own when left out; a later artifact of the same name replaces it.

        Raises:
            NotFoundError: there is no such file.
            InputError: it is a folder, pipe or device, or the name is empty.
        """
        self._recording.check_open()
        source = Path(path)
        label = source.name if name is None else name
        if not isinstance(label, str) or not label:
            raise InputError(f"An artifact is called by words, not {name!r}.", "artifact-name")
        if source.is_dir():
            raise InputError(
                f"{str(source)!r} is a folder; run.log_artifacts({str(source)!r}) stores the files in it.",
                "artifact-folder",
            )
        if not source.exists():
            raise NotFoundError(f"There is no file {str(source)!r} to log as an artifact.", "file-not-found")
        if not source.is_file():  # reading a pipe or a device may never end
            raise InputError(
                f"{str(source)!r} is a pipe or device; an artifact is a regular file. Write its content to one first.",
                "artifact-not-a-file",
            )
        with self._recording.boundary.guard(
            "artifact-not-stored", f"The artifact {label!r} could not be stored"
        ):
            sha, size_bytes = self._recording.put_blob_file(source)
            import mimetypes

            mime = mimetypes.guess_type(label)[0]
            self._emit(ArtifactEvent(time.time(), label, sha, None, size_bytes, mime))

    def log_artifacts(self, folder: str | os.PathLike[str]) -> None:
        """Store a copy of every file in a folder and its subfolders, named by its path inside.

        Raises:
            NotFoundError: there is no such folder.
        """
        top = Path(folder)
        if not top.is_dir():
            raise NotFoundError(f"There is no folder {str(top)!r} to log the files of.", "folder-not-found")
        for source in sorted(top.rglob("*")):
            if source.is_file():
                self.log_artifact(source, source.relative_to(top).as_posix())

    def log_predictions(  # noqa: PLR0913 - what may be recorded of examples, and where it stands
        self,
        probabilities: Any = None,
        *,
        predictions: Any = None,
        features: Any = None,
        mean_features: Any = None,
        labels: Any = None,
        ids: Any = None,
        context: Mapping[str, str | int | float | bool] | None = None,
        step: int | None = None,
        epoch: float | None = None,
    ) -> None:
        """Record what the model says of each example, for choosing among runs later: `ridgeline select`.

        Arrays are of NumPy, PyTorch, JAX, TensorFlow or nested lists; 16-, 32- and 64-bit floats are kept as they are,
        bfloat16 as float32. They are copied now: for those on a GPU this call waits, so make it where an evaluation
        ends. Predictions with a NaN or infinite number, as of a model that has diverged, are counted as a warning and
        not recorded.

        Args:
            probabilities: examples × classes, two classes or more; each row sums to 1 within 0.001.
            predictions: the predicted classes, whole numbers from 0; where left out, the most probable ones.
            features: examples × dims, such as the last hidden layer.
            mean_features: their mean over the examples, dims, where all would be too much to keep.
            labels: the true classes, whole numbers from 0.
            ids: one an example, all words or all whole numbers; runs whose examples stand in another order are put in
                line by them.
            context: of these examples, such as {"lang": "de", "subset": "test"}: the same as that of their metrics.
            step: as of `track`.
            epoch: as of `track`.

        Raises:
            InputError: an array has another shape or type, examples differ in number, these are no probabilities, a
                label is out of range, or the run is closed. Nothing is recorded then.
        """
        from ridgeline.record.objects.predictions import Predictions

        self._recording.check_open()
        found = Predictions(
            probabilities,
            predictions=predictions,
            features=features,
            mean_features=mean_features,
            labels=labels,
            ids=ids,
        )
        if not found.finite:
            self._recording.refused(
                "predictions-not-finite", "Predictions with a NaN or infinite number were not recorded"
            )
            return
        if not self._recording.buffer.objects.has_room(found.size_bytes):
            self._recording.flush(_ROOM_SECS)  # the queue is bounded, and evaluations come in bursts
        self.track(found, "predictions", step=step, epoch=epoch, context=context)

    def flush(self) -> None:
        """Return when all that was recorded so far can be read by others."""
        self._recording.flush()

    def close(self, status: EndStatus = "finished") -> None:
        """Write what is left and end the run. Closing again does nothing.

        Args:
            status: "finished", "failed" or "stopped".
        """
        _check_status(status)
        self._recording.end(status)

    def guard(self, slug: str, doing: str) -> Guard:
        """Return a context manager that turns an exception of its block into a counted warning of this run.

        For whoever records from inside of other people's training, which must go on. `doing` opens the message.
        """
        return self._recording.boundary.guard(slug, doing)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        status, text = lifetime.ending_of(error) if error is not None else lifetime.Ending("finished", None)
        self._recording.end(status, text)

    def __del__(self) -> None:
        recording = getattr(self, "_recording", None)
        if recording is not None:
            recording.abandon()

    def __reduce__(self) -> tuple[Any, ...]:
        # A process started with spawn records into the same run, in a segment of its own.
        return Run.__new__, (Run,), (self._recording.root, self._id, self._recording.seg)

    def __setstate__(self, state: tuple[Path, str, str | None]) -> None:
        root, run_id, parent = state
        self._begin(Recording(root, run_id, check_capture(False), name=None, experiment=None, parent=parent))

    def __setattr__(self, name: str, value: Any) -> None:
        # A class of somebody else's keeps what it likes; on a Run itself, `run.nots = …` would be lost without a word.
        if (
            type(self) is Run
            and not name.startswith("_")
            and not isinstance(getattr(Run, name, None), property)
        ):
            raise InputError(
                f"A run has no attribute {name!r} to set.{did_you_mean(name, _SETTABLE)} A param is set as"
                f" run[{name!r}] = value.",
                "run-attribute",
            )
        super().__setattr__(name, value)

    def _repr_html_(self) -> str:
        params = tuple((path, str(value)) for path, value in flatten(self.params).items())
        return RunCard(self.id, self.name, self.experiment, self.status, self.tags, (), params).html()

    def __repr__(self) -> str:
        return f"Run(id={self._id!r}, name={self._name!r}, experiment={self._experiment!r}, status={self.status!r})"

    def _set(self, path: tuple[str, ...], value: Json) -> None:
        self._emit(SetEvent(time.time(), path, value))
        set_path(self._params, path, value)

    def _emit(self, event: Event) -> None:
        self._recording.check_open()
        encode_event(event)  # what the log cannot hold is refused here, where the program sees it
        self._recording.emit(event)


def _check_status(status: object) -> None:
    if status not in {"finished", "failed", "stopped"}:
        raise InputError(f"A run ends as finished, failed or stopped, not {status!r}.", "status-invalid")


def checked_params(params: Any) -> dict[tuple[str, ...], Json]:
    """Return the first params by path, as plain values that the log can hold."""
    checked: dict[tuple[str, ...], Json] = {}
    for key, value in _items(params):
        path = param_path(key)
        checked[path] = to_json(value, path)
        encode_event(SetEvent(0.0, path, checked[path]))
    return checked


def _items(params: Any) -> Iterable[tuple[str, Any]]:
    if params is None:
        return ()
    if isinstance(params, Mapping):
        return params.items()
    plain = to_json(params, ("params",))
    if not isinstance(plain, dict):
        raise InputError(
            f"params is a {type(params).__name__}; give a dict, dataclass or Namespace, or set one by"
            ' run["name"] = value.',
            "param-type",
        )
    return plain.items()


def _check_text(what: str, value: object, *, may_be_none: bool = True) -> None:
    if value is None and may_be_none:
        return
    if not isinstance(value, str) or not value.strip():
        hint = " Did you mean run_id or params?" if isinstance(value, Mapping) else ""
        raise InputError(
            f"The {what} of a run is text, not {value!r} ({type(value).__name__}).{hint}", f"{what}-invalid"
        )
