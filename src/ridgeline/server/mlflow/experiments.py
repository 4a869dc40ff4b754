"""Experiments: to MLflow a thing with an id and tags, here a name that runs share.

Names are unique among them, deleted ones too, so that a name leads to one id and back. An experiment that no MLflow client has
made, because its runs were recorded otherwise, has an id that follows from its name.
"""

import hashlib
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace

from ridgeline.core.clock import SYSTEM_CLOCK, Clock
from ridgeline.core.values import Json
from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.journal import Journal
from ridgeline.server.mlflow.limits import check_experiment_name, check_experiment_tag

DEFAULT_ID, _DEFAULT_NAME = "0", "Default"
_KEY = "experiment."


@dataclass(frozen=True, slots=True)
class Experiment:
    """An experiment as MLflow has it; times in milliseconds since 1970."""

    experiment_id: str
    name: str
    artifact_location: str
    created_ms: int
    updated_ms: int
    deleted: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    def check_active(self) -> None:
        """Make sure that it is not deleted.

        Raises:
            MlflowError: It is.
        """
        if self.deleted:
            raise MlflowError(
                f"The experiment {self.experiment_id} must be in the 'active' state. Current state is deleted."
            )

    def message(self) -> dict[str, Json]:
        """Return it as MLflow writes it."""
        answer: dict[str, Json] = {
            "experiment_id": self.experiment_id,
            "name": self.name,
            "artifact_location": self.artifact_location,
            "lifecycle_stage": "deleted" if self.deleted else "active",
            "last_update_time": self.updated_ms,
            "creation_time": self.created_ms,
            "workspace": "default",
        }
        if self.tags:
            answer["tags"] = [{"key": key, "value": value} for key, value in sorted(self.tags.items())]
        return answer


class Experiments:
    """All experiments of a repository.

    Args:
        journal: Where they are kept.
        recorded: Returns of each name that runs have when the first of them began, in seconds.
        born: When the repository began, in seconds.
        clock: Tells the time.
    """

    def __init__(
        self,
        journal: Journal,
        recorded: Callable[[], Mapping[str, float]],
        born: float,
        clock: Clock = SYSTEM_CLOCK,
    ) -> None:
        self._journal = journal
        self._recorded = recorded
        self._born_ms = round(born * 1000)
        self._clock = clock
        self._lock = threading.Lock()

    def all(self) -> dict[str, Experiment]:
        """Return all by id, deleted ones too."""
        found = self._made()
        names = {experiment.name for experiment in found.values()}
        for name, first in self._recorded().items():
            if name not in names:
                derived = _new(_free_id(name, found), name, round(first * 1000))
                found[derived.experiment_id] = derived
        return found

    def get(self, experiment_id: str) -> Experiment:
        """Return an experiment by its id; the default one for none.

        Raises:
            MlflowError: There is none, or the id cannot be one.
        """
        number = parse_id(experiment_id or DEFAULT_ID)
        found = self._made().get(str(number)) or self.all().get(str(number))
        if found is None:
            raise MlflowError(f"No Experiment with id={number} exists", "RESOURCE_DOES_NOT_EXIST")
        return found

    def named(self, name: str) -> Experiment | None:
        """Return an experiment by its name; None when there is none."""
        made = next((found for found in self._made().values() if found.name == name), None)
        return made or next((found for found in self.all().values() if found.name == name), None)

    def create(self, name: str, artifact_location: str, tags: Mapping[str, str]) -> Experiment:
        """Make an experiment.

        Raises:
            MlflowError: There is one of that name, or a name or tag cannot be.
            StorageError: The disk refuses.
        """
        check_experiment_name(name)
        for key, value in tags.items():
            check_experiment_tag(key, value)
        with self._lock:
            if self.named(name) is not None:
                raise MlflowError(f"Experiment(name={name}) already exists.", "RESOURCE_ALREADY_EXISTS")
            new = _new(_free_id(name, self.all()), name, round(self._clock.time() * 1000))
            self._keep(replace(new, tags=tags, artifact_location=artifact_location or new.artifact_location))
            return new

    def change(self, experiment: Experiment) -> None:
        """Keep an experiment that was changed.

        Raises:
            MlflowError: Another one has its name.
            StorageError: The disk refuses.
        """
        with self._lock:
            other = self.named(experiment.name)
            if other is not None and other.experiment_id != experiment.experiment_id:
                message = f"Experiment(name={experiment.name}) already exists."
                raise MlflowError(message, "RESOURCE_ALREADY_EXISTS")
            self._keep(experiment)

    def touched(self, experiment: Experiment) -> Experiment:
        """Return an experiment as changed now."""
        return replace(experiment, updated_ms=round(self._clock.time() * 1000))

    def _keep(self, experiment: Experiment) -> None:
        value: Json = {**asdict(experiment), "tags": dict(experiment.tags)}
        self._journal.set(_KEY + experiment.experiment_id, value)

    def _made(self) -> dict[str, Experiment]:
        """Return those that a client has made or changed, and the default one."""
        default = Experiment(DEFAULT_ID, _DEFAULT_NAME, _location(DEFAULT_ID), self._born_ms, self._born_ms)
        found = {DEFAULT_ID: default}
        for key, value in self._journal.values().items():
            if key.startswith(_KEY) and isinstance(value, dict):
                experiment = _read(value)
                found[experiment.experiment_id] = experiment
        return found


def parse_id(experiment_id: str) -> int:
    """Return the number that an id is.

    Raises:
        MlflowError: It is none.
    """
    try:
        return int(experiment_id)
    except ValueError:
        raise MlflowError(
            f"Invalid experiment ID '{experiment_id}'. Experiment ID must be a valid integer."
        ) from None


def _location(experiment_id: str) -> str:
    return f"mlflow-artifacts:/{experiment_id}"


def _new(experiment_id: str, name: str, created_ms: int) -> Experiment:
    return Experiment(experiment_id, name, _location(experiment_id), created_ms, created_ms)


def _free_id(name: str, taken: Mapping[str, Experiment]) -> str:
    """Return the id that follows from a name, so that two servers give the same; another when a renamed one has it."""
    for turn in range(len(taken) + 1):
        digest = hashlib.sha256(f"{name}\0{turn}".encode()).digest()
        found = str(10**17 + int.from_bytes(digest[:8], "big") % (9 * 10**17))
        if found not in taken:
            return found
    raise AssertionError("one more candidate than ids that are taken")


def _read(value: Mapping[str, Json]) -> Experiment:
    tags = value.get("tags")
    created, updated = value.get("created_ms"), value.get("updated_ms")
    return Experiment(
        str(value.get("experiment_id")),
        str(value.get("name")),
        str(value.get("artifact_location")),
        created if isinstance(created, int) else 0,
        updated if isinstance(updated, int) else 0,
        value.get("deleted") is True,
        {key: str(text) for key, text in tags.items()} if isinstance(tags, dict) else {},
    )
