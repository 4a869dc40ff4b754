"""From a recipe's file to a merged model, in one call."""

from pathlib import Path

from ridgeline.merge.options import Options
from ridgeline.merge.plan import make_plan
from ridgeline.merge.recipe.build import read_recipe
from ridgeline.merge.run import Merged, run_plan
from ridgeline.merge.tensors.shards import SHARD_BYTES


def merge_recipe(
    recipe: str | Path,
    out: str | Path,
    *,
    options: Options | None = None,
    shard_bytes: int = SHARD_BYTES,
    hash_inputs: bool = True,
) -> Merged:
    """Merge by a recipe into a folder that transformers loads, as `ridgeline merge` does.

    Args:
        recipe: a file of YAML; relative folders in it start from the working directory, then from its own.
        out: folder for tensors, configuration, tokenizer and model card; a merge that was interrupted there goes on.
        options: how to run.
        shard_bytes: greatest size of a file.
        hash_inputs: name the SHA-256 of each input in the model card; reads the inputs once more.

    Returns:
        What was written.

    Raises:
        InputError: the recipe has mistakes, models do not fit together, the folder has another model, or a merged value is
            not finite; the message has all of a recipe's mistakes.
        StorageError: a file cannot be read or written, or the disk is full.
    """
    prepared = read_recipe(recipe)
    merged = run_plan(make_plan(prepared.spec, shard_bytes=shard_bytes), Path(out), options)
    prepared.companions.write(merged.folder, hash_inputs=hash_inputs)
    return merged
