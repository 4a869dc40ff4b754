"""What MLflow has of a run, read from what its log says, and as events of the log.

What only MLflow knows stands among the surroundings of a run, under keys that begin with `mlflow.`:

    mlflow.run            status, start and end in milliseconds, user, address of the artifacts
    mlflow.param.<key>    the exact text of a param
    mlflow.tag.<key>      a tag; null: it was deleted
    mlflow.input.<n>      a data set that went in, with its tags; a long text of it stands as {"blob": sha256}
    mlflow.inputs         models that went in
    mlflow.outputs        models that came out

Beside them stands what `ridgeline sync mlflow` makes of the same: typed params, tags, name, note, command and git. A run that
was recorded otherwise has the latter alone, and MLflow's view of it is derived.
"""

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from ridgeline.core.values import Json, flatten, split_path
from ridgeline.log.events import DelEvent, EnvEvent, Event, PropEvent, SetEvent, TagEvent
from ridgeline.log.run_state import RunState
from ridgeline.log.status import RunStatus
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.describe import MlflowRun, describe
from ridgeline.sync.source import SourceRun

PREFIX = "mlflow."
_RUN, _INPUTS, _OUTPUTS = "mlflow.run", "mlflow.inputs", "mlflow.outputs"
_PARAM, _TAG, _INPUT = "mlflow.param.", "mlflow.tag.", "mlflow.input."
RUN_NAME, NOTE, PARENT = "mlflow.runName", "mlflow.note.content", "mlflow.parentRunId"
_USER, _SOURCE = "mlflow.user", "mlflow.source.name"
_GIT = MappingProxyType(
    {
        "mlflow.source.git.commit": "commit",
        "mlflow.source.git.branch": "branch",
        "mlflow.source.git.repoURL": "remote",
    }
)
_STATUS: Mapping[RunStatus, str] = MappingProxyType(
    {
        "running": "RUNNING",
        "finished": "FINISHED",
        "failed": "FAILED",
        "stopped": "KILLED",
        "lost": "FAILED",  # MLflow has no word for it
    }
)
GOING_ON = ("RUNNING", "SCHEDULED")


@dataclass(frozen=True, slots=True)
class Facts:
    """A run as MLflow has it; times in milliseconds since 1970. `experiment` is a name."""

    run_id: str
    name: str
    experiment: str
    status: str
    start_ms: int
    end_ms: int | None = None
    user: str = ""
    artifact_uri: str = ""
    deleted: bool = False
    params: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    inputs: tuple[Json, ...] = ()  # data sets with their tags, as MLflow writes them
    model_inputs: tuple[Json, ...] = ()
    outputs: tuple[Json, ...] = ()

    def with_tags(self, tags: Mapping[str, str]) -> "Facts":
        """Return the run with more tags; the tag of its name renames it."""
        return replace(self, name=tags.get(RUN_NAME, self.name), tags={**self.tags, **tags})

    def named(self, name: str) -> "Facts":
        """Return the run under another name."""
        return self.with_tags({RUN_NAME: name})


def facts_of(state: RunState, status: RunStatus) -> Facts:
    """Return a run as MLflow has it."""
    own = state.env.get(_RUN)
    run = own if isinstance(own, dict) else {}
    start = run.get("start_ms")
    end = run.get("end_ms") if run else _ended(state, status)
    return Facts(
        run_id=state.id,
        name=state.name,
        experiment=state.experiment,
        status=str(run.get("status") or _STATUS[status]),
        start_ms=start if isinstance(start, int) else _milliseconds(state.created),
        end_ms=end if isinstance(end, int) else None,
        user=str(run.get("user", next((session.user for session in state.sessions), ""))),
        artifact_uri=str(run.get("artifact_uri") or ""),
        deleted=state.deleted,
        params=_params(state, exact=bool(run)),
        tags=_tags(state, exact=bool(run)),
        inputs=tuple(value for key, value in state.env.items() if key.startswith(_INPUT)),
        model_inputs=_tuple(state.env.get(_INPUTS)),
        outputs=_tuple(state.env.get(_OUTPUTS)),
    )


def _tuple(value: Json) -> tuple[Json, ...]:
    return tuple(value) if isinstance(value, list) else ()


def _milliseconds(seconds: float) -> int:
    return 0 if math.isnan(seconds) else round(seconds * 1000)


def _ended(state: RunState, status: RunStatus) -> int | None:
    ends = [session.ended for session in state.sessions if session.ended is not None]
    return _milliseconds(max(ends)) if ends and status != "running" else None


def _texts(env: Mapping[str, Json], prefix: str) -> dict[str, str]:
    return {
        key.removeprefix(prefix): value
        for key, value in env.items()
        if key.startswith(prefix) and isinstance(value, str)
    }


def _params(state: RunState, *, exact: bool) -> dict[str, str]:
    texts = _texts(state.env, _PARAM)
    if exact:
        return texts
    derived = {
        ".".join(split_path(path)): _text(value)
        for path, value in flatten(state.params).items()
        if not path.startswith(PREFIX)
    }
    return derived | texts


def _text(value: Json) -> str:
    return value if isinstance(value, str) else str(value)


def _tags(state: RunState, *, exact: bool) -> dict[str, str]:
    tags = _texts(state.env, _TAG)
    words = _words(tags)
    # A word that somebody took away or added in the UI is a tag that went or came.
    tags = {key: value for key, value in tags.items() if key not in words or words[key] in state.tags}
    for word in sorted(state.tags - set(words.values())):
        key, _, value = word.partition("=")
        tags.setdefault(key, value or "true")
    if not exact:
        tags |= {key: value for key, value in _derived_tags(state) if f"{_TAG}{key}" not in state.env}
    tags[RUN_NAME] = state.name
    if state.note:
        tags[NOTE] = state.note
    else:
        tags.pop(NOTE, None)
    return tags


def _words(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the word that each tag is, of those that are one."""
    return {key: described[0] for key, value in tags.items() if (described := _described_tags({key: value}))}


def _derived_tags(state: RunState) -> Iterator[tuple[str, str]]:
    told = state.params.get("mlflow")
    if isinstance(told, dict) and isinstance(told.get("parent"), str):
        yield PARENT, str(told["parent"])
    user = next((session.user for session in state.sessions if session.user), "")
    if user:
        yield _USER, user
    command = state.env.get("command")
    if isinstance(command, list) and command and isinstance(command[0], str):
        yield _SOURCE, command[0]
    git = state.env.get("git")
    for tag, key in _GIT.items():
        if isinstance(git, dict) and isinstance(git.get(key), str):
            yield tag, str(git[key])


def changes(before: Facts | None, after: Facts, time: float) -> list[Event]:
    """Return the events that turn one state of a run into another; without `before` all about a new one."""
    old = before or Facts(after.run_id, "", after.experiment, "", 0)
    events: list[Event] = list(_own_changes(old, after, time))
    events += _described_changes(describe_facts(old), describe_facts(after), time)
    if old.deleted != after.deleted:
        events.append(PropEvent(time, "deleted", after.deleted))
    if before is not None:
        if before.name != after.name:
            events.append(PropEvent(time, "name", after.name))
        if before.experiment != after.experiment:
            events.append(PropEvent(time, "experiment", after.experiment))
    return events


def _own_changes(old: Facts, new: Facts, time: float) -> Iterator[EnvEvent]:
    if _run(old) != _run(new):
        yield EnvEvent(time, _RUN, _run(new))
    for key, value in new.params.items():
        if old.params.get(key) != value:
            yield EnvEvent(time, _PARAM + key, value)
    for key in {**old.tags, **new.tags}:
        if key not in (RUN_NAME, NOTE) and old.tags.get(key) != new.tags.get(key):
            yield EnvEvent(time, _TAG + key, new.tags.get(key))
    for at, one in enumerate(new.inputs):
        if at >= len(old.inputs):  # none is ever changed
            yield EnvEvent(time, f"{_INPUT}{at}", one)
    if old.model_inputs != new.model_inputs:
        yield EnvEvent(time, _INPUTS, list(new.model_inputs))
    if old.outputs != new.outputs:
        yield EnvEvent(time, _OUTPUTS, list(new.outputs))


def _run(facts: Facts) -> dict[str, Json]:
    return {
        "status": facts.status,
        "start_ms": facts.start_ms,
        "end_ms": facts.end_ms,
        "user": facts.user,
        "artifact_uri": facts.artifact_uri,
    }


def describe_facts(facts: Facts) -> SourceRun:
    """Return a run as `ridgeline sync mlflow` would take it over."""
    run = MlflowRun(
        run_id=facts.run_id,
        name=facts.name,
        experiment=facts.experiment,
        status=facts.status,
        start_ms=facts.start_ms,
        end_ms=facts.end_ms,
        user=facts.user,
        deleted=facts.deleted,
        tags=facts.tags,
        params=facts.params,
        inputs=[_name_and_digest(one) for one in facts.inputs],
        histories=(),
    )
    return describe(run, "", _NO_PATTERNS)


_NO_PATTERNS = ContextPatterns(())


def _described_tags(tags: Mapping[str, str]) -> tuple[str, ...]:
    return describe_facts(Facts("", "-", "", "RUNNING", 0, tags=tags)).tags


def _name_and_digest(dataset_input: Json) -> dict[str, str]:
    dataset = dataset_input.get("dataset") if isinstance(dataset_input, dict) else None
    of = dataset if isinstance(dataset, dict) else {}
    return {"name": str(of.get("name", "")), "digest": str(of.get("digest", ""))}


def _described_changes(old: SourceRun, new: SourceRun, time: float) -> Iterator[Event]:
    if old.note != new.note:
        yield PropEvent(time, "note", new.note)
    added = tuple(tag for tag in new.tags if tag not in old.tags)
    removed = tuple(tag for tag in old.tags if tag not in new.tags)
    if added or removed:
        yield TagEvent(time, added, removed)
    before, after = flatten(old.params), flatten(new.params)
    for path in before:
        if path not in after:
            yield DelEvent(time, tuple(split_path(path)))
    for path, value in after.items():
        if path not in before or json.dumps(before[path]) != json.dumps(value):
            yield SetEvent(time, tuple(split_path(path)), value)
    for key, value in new.env.items():
        if old.env.get(key) != value:
            yield EnvEvent(time, key, value)
