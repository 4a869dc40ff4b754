"""Several models into one: streamed from the disk, the same bytes every time.

    from ridgeline.merge import merge, merge_recipe
    merge(["ft-a", "ft-b"], "merged", method="ties", base="base", parameters={"density": 0.2})
    merge_recipe("recipe.yaml", "merged-too")

Loaded on first use (PEP 562): whoever wants one part does not load the others.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ridgeline.merge.api import make_spec as make_spec
    from ridgeline.merge.api import merge as merge
    from ridgeline.merge.checkpoint.extract import extract_lora as extract_lora
    from ridgeline.merge.method import Chunk as Chunk
    from ridgeline.merge.method import Kernel as Kernel
    from ridgeline.merge.method import Method as Method
    from ridgeline.merge.method import Parameter as Parameter
    from ridgeline.merge.method import Pass as Pass
    from ridgeline.merge.method import Target as Target
    from ridgeline.merge.options import Options as Options
    from ridgeline.merge.plan import Plan as Plan
    from ridgeline.merge.plan import make_plan as make_plan
    from ridgeline.merge.recipe.build import read_recipe as read_recipe
    from ridgeline.merge.recipe.carried_out import merge_recipe as merge_recipe
    from ridgeline.merge.run import Merged as Merged
    from ridgeline.merge.run import run_plan as run_plan
    from ridgeline.merge.verification import verify as verify

_HOMES = {
    "Chunk": "ridgeline.merge.method",
    "Kernel": "ridgeline.merge.method",
    "Merged": "ridgeline.merge.run",
    "Method": "ridgeline.merge.method",
    "Options": "ridgeline.merge.options",
    "Parameter": "ridgeline.merge.method",
    "Pass": "ridgeline.merge.method",
    "Plan": "ridgeline.merge.plan",
    "Target": "ridgeline.merge.method",
    "extract_lora": "ridgeline.merge.checkpoint.extract",
    "make_plan": "ridgeline.merge.plan",
    "make_spec": "ridgeline.merge.api",
    "merge": "ridgeline.merge.api",
    "merge_recipe": "ridgeline.merge.recipe.carried_out",
    "read_recipe": "ridgeline.merge.recipe.build",
    "run_plan": "ridgeline.merge.run",
    "verify": "ridgeline.merge.verification",
}

__all__ = [
    "Chunk",
    "Kernel",
    "Merged",
    "Method",
    "Options",
    "Parameter",
    "Pass",
    "Plan",
    "Target",
    "extract_lora",
    "make_plan",
    "make_spec",
    "merge",
    "merge_recipe",
    "read_recipe",
    "run_plan",
    "verify",
]


def __getattr__(name: str) -> object:
    """Load a public name on first use."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'ridgeline.merge' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)
