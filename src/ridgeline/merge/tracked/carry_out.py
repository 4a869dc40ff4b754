"""Merge by a recipe whose models may be runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ridgeline.merge.options import Options
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import Prepared, prepare
from ridgeline.merge.recipe.parse import parse_recipe
from ridgeline.merge.run import Merged, run_plan
from ridgeline.merge.tracked.record import Made

if TYPE_CHECKING:
    from ridgeline.query.repo import Repo


@dataclass(frozen=True, slots=True)
class Ready:
    """A recipe whose models are found.

    Attributes:
        prepared: what there is to merge.
        made: what a run of it says.
    """

    prepared: Prepared
    made: Made

    def merge(self, out: Path, options: Options | None = None) -> Merged:
        """Merge into a folder, with all that stands beside the tensors.

        Raises:
            InputError: the folder has another model, or a merged value is not finite.
            StorageError: a file cannot be read or written, or the disk is full.
        """
        merged = run_plan(make_plan(self.prepared.spec), out, options)
        self.prepared.companions.write(out, hash_inputs=False)
        return merged


def ready(
    repo: "Repo | None", text: str, links: Path, name: str = "recipe.yaml", near: Sequence[Path] = ()
) -> Ready:
    """Read a recipe and find its models.

    Args:
        repo: where runs are looked for that the recipe names as `run:ID`; None where it names none.
        text: YAML.
        links: a folder in which the models of runs are laid out; it must stay until the merge is done.
        name: what messages call the recipe.
        near: folders that relative paths may start from, beside the working directory.

    Raises:
        InputError: the recipe has mistakes, or models do not fit together; the message has all of them.
        NotFoundError: there is no such run, or it has no model.
    """
    recipe = parse_recipe(text, name)
    runs = {}
    if repo is not None:
        from ridgeline.merge.tracked.weights import (
            models_of_runs,  # reading runs takes longer to load than a small merge
        )

        runs = models_of_runs(repo, recipe.models(), links)
    prepared = prepare(recipe, (*near, links))
    named = (part for reference in recipe.models() for part in reference.split("+"))
    parents = list(dict.fromkeys(runs.get(name, name) for name in named))
    return Ready(prepared, Made(recipe.method, parents, {"seed": recipe.seed}, text))
