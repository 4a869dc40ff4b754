"""ColD Fusion as a loop: contributors fine-tune the shared model on their own data, and their mean is the next one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import yaml

from ridgeline.core.errors import InputError, NotFoundError, RidgelineError
from ridgeline.core.values import Json
from ridgeline.merge.checkpoint.card import Input
from ridgeline.merge.checkpoint.companions import CONFIG, GENERATION, Companions
from ridgeline.merge.checkpoint.floats import as_floats
from ridgeline.merge.checkpoint.json_files import read_object
from ridgeline.merge.layout import by_name
from ridgeline.merge.manifest import MANIFEST
from ridgeline.merge.method import Settings
from ridgeline.merge.methods import find_method
from ridgeline.merge.options import Options
from ridgeline.merge.plan import make_plan
from ridgeline.merge.run import run_plan
from ridgeline.merge.spec import MergeSpec, TensorSpec
from ridgeline.merge.tensors.checkpoint import Checkpoint, open_checkpoint
from ridgeline.merge.tensors.inputs import TensorInput, elements
from ridgeline.merge.tracked.evaluation import Evaluate, measured
from ridgeline.merge.tracked.record import Destination, Made, find_merge, record_merge
from ridgeline.merge.tracked.weights import weights_of
from ridgeline.query.repo import Repo

METHOD = "cold_fusion"
ROUND = "fuse.round"
"""The param of a run that contributes to a round, by its number from 1."""
_CHUNK = 1 << 18


@dataclass(frozen=True, slots=True)
class Contribution:
    """A model that was fine-tuned from the base of its round; `parent` is what the lineage calls it."""

    parent: str
    folder: Path


@dataclass(frozen=True, slots=True)
class Fused:
    """A round that is done.

    Attributes:
        number: from 1.
        folder: of the next base.
        contributions: how many went in.
        refused: contribution → why it did not.
        run: the id of its run; None if it was not recorded.
    """

    number: int
    folder: Path
    contributions: int
    refused: dict[str, str]
    run: str | None


Contributions = Callable[[int], Sequence[Contribution]]
"""The number of a round, from 1, to what has been contributed to it so far."""


def from_folder(folder: Path) -> Contributions:
    """Return the contributions that lie in `FOLDER/round-001/NAME/`; one that is still being copied is not there yet."""

    def find(number: int) -> list[Contribution]:
        place = folder / round_name(number)
        found = sorted(place.iterdir()) if place.is_dir() else []
        whole = [one for one in found if not one.name.startswith(".") and _opens(one)]
        return [Contribution(f"{place.name}/{one.name}", one) for one in whole]

    return find


def from_runs(repo: Repo, query: str, links: Path) -> Contributions:
    """Return the models of runs: of those that a query finds, the finished ones whose `fuse.round` is the round."""

    def find(number: int) -> list[Contribution]:
        wanted = f'({query or "True"}) and run.{ROUND} == {number} and run.status == "finished"'
        runs = sorted(repo.runs(wanted), key=lambda run: run.id)
        return [Contribution(run.id, weights_of(repo, run.id, links)) for run in runs]

    return find


def round_name(number: int) -> str:
    """Return the name of a round's folder."""
    return f"round-{number:03d}"


def fuse(  # noqa: PLR0913 - what is fused, how many, and where all of it goes
    base: Path,
    contributions: Contributions,
    out: Path,
    *,
    rounds: int,
    contributors: int = 8,
    heads: Sequence[str] = (),
    evaluate: Evaluate | None = None,
    destination: Destination | None = None,
    parent: str | None = None,
    wait: Callable[[], object] | None = None,
) -> Iterator[Fused]:
    """Fuse round after round: Don-Yehiya et al. 2022 (arXiv:2212.01378), section 2.

    The model of a round is the mean of its contributions, tensor by tensor of the base; tensors that the base has not, such
    as heads of tasks, are left out. A contribution with other shapes or with NaN is refused, and the round goes on without it.
    A round that an earlier start has finished is not fused again.

    Args:
        base: the model that the first round starts from.
        contributions: see `Contributions`; `from_folder` and `from_runs` are two.
        out: folder for the models, `round-001` and so on; each is the base of the next round.
        rounds: how many.
        contributors: how many contributions a round waits for. Eight in the paper.
        heads: tensors that keep the base's values; a name counts for all that start with it.
        evaluate: of each round's model.
        destination: where rounds are recorded as runs; None: nowhere.
        parent: what the lineage calls the base; None: its path.
        wait: called while contributions are missing; None: that is an error.

    Yields:
        Each round as soon as it is done.

    Raises:
        NotFoundError: there is no base, or contributions are missing.
        InputError: every contribution of a round is refused.
    """
    before, name = base, parent or str(base)
    for number in range(1, rounds + 1):
        folder = out / round_name(number)
        finished = (folder / MANIFEST).is_file()
        run = find_merge(folder, destination) if finished and destination else None
        if not finished or (destination and run is None):
            given = _awaited(contributions, number, contributors, wait)
            refused = {} if finished else _fuse_once(before, given, folder, heads)
            fused = [one.parent for one in given if one.parent not in refused]
            if destination is not None:
                params: dict[str, Json] = {
                    "round": number,
                    "contributions": len(fused),
                    "refused": dict(refused),
                }
                made = Made(METHOD, [name, *fused], params)
                metrics = measured(evaluate, folder) if evaluate else ()
                called = replace(destination, name=f"{destination.name or METHOD} {number}")
                run = record_merge(folder, made, called, metrics)
            yield Fused(number, folder, len(fused), refused, run)
        before, name = folder, run or str(folder)


def _awaited(
    contributions: Contributions, number: int, contributors: int, wait: Callable[[], object] | None
) -> Sequence[Contribution]:
    while True:
        given = contributions(number)
        if len(given) >= contributors:
            return given
        if wait is None:
            raise NotFoundError(
                f"Round {number} has {len(given)} of {contributors} contributions"
                f"{': ' + ', '.join(one.parent for one in given) if given else ''}. Wait for the others, or fuse with"
                f" contributors={len(given)}.",
                "contributions-missing",
            )
        wait()


def _fuse_once(
    base: Path, given: Sequence[Contribution], folder: Path, heads: Sequence[str]
) -> dict[str, str]:
    """Write the mean of the contributions that fit; return why others do not."""
    first = open_checkpoint(base)
    body = {name: one for name, one in first.tensors.items() if not name.startswith(tuple(heads))}
    models: dict[str, Checkpoint] = {}
    refused: dict[str, str] = {}
    for one in given:
        try:
            models[one.parent] = open_checkpoint(one.folder)
        except RidgelineError as error:
            refused[one.parent] = error.message
            continue
        if problem := _problem(body, models[one.parent]):
            refused[one.parent] = problem
            del models[one.parent]
    if not models:
        said = "; ".join(f"{name}: {why}" for name, why in refused.items())
        raise InputError(f"None of {len(given)} contributions can be fused. {said}", "no-contributions")
    mean = find_method("uniform")
    bodies = {
        name: replace(model, tensors={key: model.tensors[key] for key in body})
        for name, model in models.items()
    }
    tensors, notices = by_name(bodies, mean, lambda _: Settings())
    kept = tuple(
        TensorSpec(name, one.dtype, (one,)) for name, one in first.tensors.items() if name not in body
    )
    # A step of fine-tuning may change the type that is stored; the shared model keeps the one it had.
    merged = tuple(
        replace(one, dtype=first.tensors[one.name].dtype) if one.method else one for one in tensors
    )
    spec = MergeSpec((*merged, *kept), {str(base): first, **models}, notices=notices)
    run_plan(make_plan(spec), folder, Options(overwrite=True))
    _companions(base, given, models).write(folder, hash_inputs=False)
    return refused


def _companions(base: Path, given: Sequence[Contribution], models: Mapping[str, Checkpoint]) -> Companions:
    """Return what stands beside the base, and a card that names what went in."""
    place = base if base.is_dir() else base.parent
    recipe = {
        "models": [{"model": str(one.folder)} for one in given if one.parent in models],
        "merge_method": "uniform",
    }
    generation = place / GENERATION
    return Companions(
        config=read_object(place / CONFIG) or None,
        generation=generation if generation.is_file() else None,
        tokenizer=place,
        document=None,
        chat_template=None,
        method=("ColD Fusion", "Don-Yehiya et al., ACL 2023, https://arxiv.org/abs/2212.01378"),
        inputs=tuple(Input(name, model.files) for name, model in models.items()),
        recipe=yaml.safe_dump(recipe, sort_keys=False),
    )


def _problem(body: Mapping[str, TensorInput], model: Checkpoint) -> str:
    for name, tensor in body.items():
        one = model.tensors.get(name)
        if one is None:
            return f"the tensor {name!r} is missing"
        if one.shape != tensor.shape:
            return f"the tensor {name!r} has shape {one.shape}, not {tensor.shape}"
        if one.dtype.kind != tensor.dtype.kind:
            return f"the tensor {name!r} is {one.dtype.name}, not {tensor.dtype.name}"
        if one.dtype.kind == "float" and not _finite(one):
            return f"the tensor {name!r} has NaN or infinity"
    return ""


def _finite(tensor: TensorInput) -> bool:
    total = elements(tensor.shape)
    for start in range(0, total, _CHUNK):
        stop = min(start + _CHUNK, total)
        values = as_floats(tensor.read(start, stop), tensor.dtype)
        tensor.release(start, stop)
        if not np.isfinite(values).all():
            return False
    return True


def _opens(place: Path) -> bool:
    try:
        open_checkpoint(place)
    except RidgelineError:
        return False
    return True
