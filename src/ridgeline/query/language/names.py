"""What may be named: the roots, their fields, and how each is described where it is missed."""

import json
import keyword
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["text", "list", "bool", "time", "number"]

# `run.<name>`. A param of the same name is at run.params["<name>"] or run["<name>"].
RUN_FIELDS: dict[str, Kind] = {
    "id": "text",
    "name": "text",
    "experiment": "text",
    "note": "text",
    "tags": "list",
    "archived": "bool",
    "active": "bool",
    "status": "text",
    "duration": "number",
    "created_at": "time",
    "creation_time": "number",
    "ended_at": "time",
    "end_time": "number",
    "updated_at": "time",
}
# What `run.status` can be.
RUN_STATUSES = ("running", "finished", "failed", "stopped", "lost")
# Other names for the same, most of them those of Aim.
RUN_ALIASES = {
    "hash": "id",
    "description": "note",
    "created": "created_at",
    "ended": "ended_at",
    "finalized_at": "ended_at",
    "updated": "updated_at",
}

# Reductions of one series to a number: of metrics all of them, of other sequences those in OBJECT_FIELDS.
SERIES_FIELDS = (
    "last",
    "first",
    "min",
    "max",
    "best",
    "mean",
    "n",
    "argmax",
    "argmin",
    "argbest",
    "last_step",
    "first_step",
)
OBJECT_FIELDS = ("n", "last_step", "first_step")
METRIC_FIELDS: dict[str, Kind] = {"name": "text", "kind": "text"}

SEQUENCE_KINDS = {
    "metric": ("bool", "int", "float"),
    "images": ("image",),
    "audios": ("audio",),
    "texts": ("text",),
    "figures": ("figure",),
    "distributions": ("distribution",),
    "tables": ("table",),
    "predictions": ("predictions",),
}
ROOTS = ("run", *SEQUENCE_KINDS)


def param_entry(path: tuple[str, ...]) -> str:
    """Return the expression that stands for a param: `run.hparams.lr`, or `run["a-b"]` where dots do not reach."""
    plain = all(key.isascii() and key.isidentifier() and not keyword.iskeyword(key) for key in path)
    if plain:
        first = _reserved(path[0])
        return f"run.params.{'.'.join(path)}" if first else f"run.{'.'.join(path)}"
    keys = ", ".join(json.dumps(key, ensure_ascii=False) for key in path)
    return f"run[{keys}]" if len(path) > 1 else f"run[{keys},]"


def _reserved(name: str) -> bool:
    return name in RUN_FIELDS or name in RUN_ALIASES or name in ("metrics", "params")
