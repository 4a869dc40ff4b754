"""What a merge will do, known from headers alone."""

import hashlib
import json
from dataclasses import dataclass

from ridgeline.core.errors import InputError
from ridgeline.merge.method import Settings, Target
from ridgeline.merge.spec import MergeSpec, TensorSpec
from ridgeline.merge.tensors.inputs import elements
from ridgeline.merge.tensors.shards import SHARD_BYTES, ShardLayout, lay_out

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Plan:
    """A merge that can start: everything fits together, and every byte of the output has its place."""

    spec: MergeSpec
    layout: ShardLayout
    identity: str
    """SHA-256 over all that the output depends on: an interrupted merge goes on only where it is the same."""

    @property
    def read_bytes(self) -> int:
        """Return the bytes of all inputs, once."""
        return sum(
            one.stored_bytes
            for tensor in self.spec.tensors
            for one in (*tensor.inputs, *([tensor.base] if tensor.base else []))
        )

    @property
    def elements(self) -> int:
        """Return how many elements are merged."""
        return sum(elements(tensor.shape) for tensor in self.spec.tensors if tensor.method is not None)

    @property
    def write_bytes(self) -> int:
        """Return the bytes of the output's files."""
        return sum(self.layout.sizes.values())


def make_plan(spec: MergeSpec, *, shard_bytes: int = SHARD_BYTES) -> Plan:
    """Check a merge and lay its output out.

    Raises:
        InputError: the tensors of the output do not fit together, or a method refuses to begin on one.
    """
    if problems := _problems(spec):
        raise InputError(" ".join(problems), "merge-spec")
    if refused := refusals(spec):
        raise InputError(refused, "merge-settings")
    layout = lay_out(((one.name, one.dtype, one.shape) for one in spec.tensors), shard_bytes)
    return Plan(spec, layout, _identity(spec, layout))


def target_of(tensor: TensorSpec, seed: int) -> Target:
    """Return what the method of a tensor sees of it."""
    assert tensor.method is not None, "a tensor that is copied has no target"
    return Target(
        name=tensor.name,
        shape=tensor.shape,
        models=len(tensor.inputs),
        has_base=tensor.base is not None,
        settings=tensor.settings,
        parameters=tensor.method.parameters,
        seed=seed,
        wide=tensor.dtype.name == "F64",
    )


def refusals(spec: MergeSpec) -> str:
    """Let the method of every tensor begin, and return what they refuse, the same for many tensors once; empty when all begin."""
    problems: dict[str, str] = {}
    for tensor in spec.tensors:
        if tensor.method is None:
            continue
        steps = tensor.method.steps(target_of(tensor, spec.seed))
        try:
            next(steps)
        except StopIteration:
            continue
        except InputError as error:
            problems.setdefault(error.message, tensor.name)
        steps.close()
    return " ".join(f"{tensor!r}: {message}" for message, tensor in problems.items())


def _problems(spec: MergeSpec) -> list[str]:
    if not spec.tensors:
        return ["There is no tensor to merge. Give models that have some."]
    problems = []
    names = [tensor.name for tensor in spec.tensors]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        problems.append(f"The output would have {twice!r} twice.")
    for tensor in spec.tensors:
        parts = (*tensor.inputs, *([tensor.base] if tensor.base else []))
        if any(part.shape != tensor.shape for part in parts):
            shapes = ", ".join(str(list(part.shape)) for part in parts)
            problems.append(f"What goes into {tensor.name!r} has the shapes {shapes}; they must agree.")
        if tensor.method is None:
            if tensor.dtype != tensor.inputs[0].dtype:
                problems.append(
                    f"{tensor.name!r} is copied and keeps its dtype {tensor.inputs[0].dtype.name}."
                )
            continue
        if any(dtype.kind != "float" for dtype in (tensor.dtype, *(part.dtype for part in parts))):
            problems.append(f"{tensor.name!r} is no tensor of floats; it can be copied, not merged.")
        wrong = tensor.method.check(tensor.settings, len(tensor.inputs), has_base=tensor.base is not None)
        problems += [f"{tensor.name!r}: {one}" for one in wrong]
    return problems


def _identity(spec: MergeSpec, layout: ShardLayout) -> str:
    described = {
        "format": _FORMAT,
        "seed": spec.seed,
        "sources": {name: [str(one.path), *one.identity] for name, one in spec.sources.items()},
        "tensors": [_described(tensor) for tensor in spec.tensors],
        "files": {file: header.hex() for file, header in layout.headers.items()},
    }
    text = json.dumps(described, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()


def _described(tensor: TensorSpec) -> list[object]:
    parts = (*tensor.inputs, *([tensor.base] if tensor.base else []))
    return [
        tensor.name,
        tensor.method.name if tensor.method else None,
        tensor.base is not None,
        [[part.name, part.dtype.name, part.shape] for part in parts],
        settings_document(tensor.settings),
    ]


def settings_document(settings: Settings) -> dict[str, object]:
    """Return settings as JSON has them."""
    return {
        "shared": dict(sorted(settings.shared.items())),
        "per_model": {name: list(values) for name, values in sorted(settings.per_model.items())},
    }
