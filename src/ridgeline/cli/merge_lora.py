"""What a fine-tune changed, as a LoRA adapter."""

from pathlib import Path
from typing import Annotated

import typer

from ridgeline.cli.options import JsonOption
from ridgeline.cli.output import write_json
from ridgeline.merge.checkpoint.extract import extract_lora

_SHOWN = 5


def command(
    base: Annotated[Path, typer.Argument(help="The model that the adapter is for.", metavar="BASE")],
    model: Annotated[Path, typer.Argument(help="What was trained from it.", metavar="MODEL")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the adapter, as PEFT reads it.")],
    rank: Annotated[
        int, typer.Option("--rank", help="How many directions of each matrix it keeps.", min=1)
    ] = 16,
    as_json: JsonOption = False,
) -> None:
    """Take out what a fine-tune changed in its base, as a LoRA adapter; say what of it the rank leaves out."""
    made = extract_lora(base, model, out, rank=rank)
    worst = sorted(made.errors, key=lambda module: -made.errors[module])
    if as_json:
        write_json({"folder": str(made.folder), "errors": made.errors, "left": made.left})
        return
    typer.echo(f"{len(made.errors)} modules at rank {rank}, in {made.folder}")
    for module in worst[:_SHOWN]:
        typer.echo(f"  {module}: {made.errors[module]:.1%} of the change is left out")
    if made.left:
        more = ", …" if len(made.left) > _SHOWN else ""
        typer.echo(
            f"{len(made.left)} other tensors changed, and are not in it: {', '.join(made.left[:_SHOWN])}{more}"
        )
