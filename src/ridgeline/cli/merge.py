"""Merge models by a recipe, and look whether a merged model is still what was written."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from typer.core import TyperGroup

from ridgeline.cli import merge_lora, merge_search, merge_soup
from ridgeline.cli.merge_options import ExperimentOption, NameOption, StoreOption
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import JsonOption, RepoOption
from ridgeline.cli.output import write_json
from ridgeline.core.errors import InputError, did_you_mean
from ridgeline.merge.estimate import Estimate, estimate
from ridgeline.merge.kernels.backends import BACKENDS
from ridgeline.merge.on_ray.cluster import silence
from ridgeline.merge.options import Options
from ridgeline.merge.plan import Plan, make_plan
from ridgeline.merge.recipe.build import Prepared, recipe_text
from ridgeline.merge.run import Merged, run_plan
from ridgeline.merge.tensors.shards import SHARD_BYTES
from ridgeline.merge.tracked import PREFIX
from ridgeline.merge.tracked.carry_out import ready
from ridgeline.merge.tracked.record import Destination, record_merge
from ridgeline.merge.verification import verify as look

_DEFAULT = "run"
_SEARCH = "--search"
_RAY = "--ray"
_LOCAL_RAY = "local"
_SHOWN = 10


class _RunUnlessNamed(TyperGroup):
    """`ridgeline merge recipe.yaml` means `ridgeline merge run recipe.yaml`, and with `--search` the search.

    `--ray` may stand without an address, which Typer has no option for.
    """

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if _SEARCH in args:
            args = ["search", *(one for one in args if one != _SEARCH)]
        elif args and args[0] not in {*self.commands, *ctx.help_option_names}:
            args = [_DEFAULT, *args]
        if _RAY in args:
            at = args.index(_RAY) + 1
            if at == len(args) or args[at].startswith("-") or Path(args[at]).is_file():
                args = [*args[:at], _LOCAL_RAY, *args[at:]]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_RunUnlessNamed,
    no_args_is_help=True,
    help="Merge several models into one, by a recipe as mergekit has them.",
)


@app.command(_DEFAULT)
def run(
    recipe: Annotated[Path, typer.Argument(help="YAML: models, method, parameters.", metavar="RECIPE")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Folder for the merged model; an interrupted merge in it goes on."),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run", help="Say what would be read and written, how long it takes and how much memory."
        ),
    ] = False,
    threads: Annotated[
        int,
        typer.Option(
            "--threads", help="How many threads; 0: one for each processor. The bytes stay the same.", min=0
        ),
    ] = 0,
    backend: Annotated[
        str, typer.Option("--backend", help="auto, numpy or numba; auto takes numba where it is installed.")
    ] = "auto",
    device: Annotated[
        str | None,
        typer.Option(
            "--device", help="A device of torch to merge on, such as cuda. The bytes stay the same."
        ),
    ] = None,
    ray: Annotated[
        str | None,
        typer.Option(
            _RAY,
            help="Merge on the workers of Ray: HOST:PORT, ray://HOST:PORT, or auto for the one that runs here; without an"
            " address, one that is started and stopped again. The bytes stay the same.",
            metavar="[ADDRESS]",
        ),
    ] = None,
    shard_gb: Annotated[
        float, typer.Option("--shard-gb", help="Greatest size of a file, in 10⁹ bytes.", min=0.001)
    ] = SHARD_BYTES / 1e9,
    keep_nonfinite: Annotated[
        bool,
        typer.Option("--keep-nonfinite", help="Write NaN and infinite values instead of stopping at them."),
    ] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace another model in the folder.")
    ] = False,
    hash_inputs: Annotated[
        bool,
        typer.Option(
            "--hash-inputs/--no-hash-inputs",
            help="Name the SHA-256 of each input in the model card; reads them again.",
        ),
    ] = True,
    track: Annotated[
        bool, typer.Option("--track", help="Record the merged model as a run: one candidate more.")
    ] = False,
    repo: RepoOption = None,
    experiment: ExperimentOption = None,
    name: NameOption = None,
    store: StoreOption = False,
    as_json: JsonOption = False,
) -> None:
    """Merge the models of a recipe into a folder that transformers loads; run:ID is the model of a run."""
    if backend not in {"auto", "numpy", "numba"}:
        raise InputError(
            f"No backend {backend!r}; it is auto, numpy or numba.{did_you_mean(backend, BACKENDS)}",
            "merge-backend",
        )
    if out is None and not dry_run:
        raise InputError("Where to? Name the folder for the merged model: --out DIR.", "merge-no-output")
    if ray is not None:
        silence()
    text = recipe_text(recipe)
    options = Options(
        threads=threads,
        backend="numpy" if backend == "numpy" else "numba" if backend == "numba" else "auto",
        device=device,
        nonfinite="keep" if keep_nonfinite else "error",
        overwrite=overwrite,
        ray=ray,
    )
    with TemporaryDirectory() as links:
        runs = open_repo(repo) if PREFIX in text else None
        found = ready(runs, text, Path(links), recipe.name, (recipe.parent,))
        plan = make_plan(found.prepared.spec, shard_bytes=round(shard_gb * 1e9))
        for notice in plan.spec.notices:
            Console(stderr=True).print(f"[yellow]{escape(notice)}[/]", highlight=False)
        if dry_run or out is None:
            _tell_plan(plan, estimate(plan, options), as_json=as_json)
            return
        merged = _with_progress(plan, found.prepared, out, options, hash_inputs=hash_inputs)
    run_id = record_merge(out, found.made, Destination(repo, experiment, name, store)) if track else None
    _tell_merged(merged, run_id, as_json=as_json)


@app.command("verify")
def verify(
    folder: Annotated[Path, typer.Argument(help="A model that Ridgeline merged.", metavar="DIR")],
    as_json: JsonOption = False,
) -> None:
    """Compare every tensor of a merged model with the hash in its manifest; ends with 1 where one differs."""
    found = look(folder)
    if as_json:
        write_json(
            {
                "tensors": found.tensors,
                "changed": found.changed,
                "missing": found.missing,
                "unknown": found.unknown,
            }
        )
    elif found.sound:
        typer.echo(f"All {found.tensors} tensors are what was written.")
    else:
        for what, names in (
            ("changed", found.changed),
            ("missing", found.missing),
            ("not in the manifest", found.unknown),
        ):
            if names:
                more = ", …" if len(names) > _SHOWN else ""
                typer.echo(
                    f"{len(names)} of {found.tensors} tensors {what}: {', '.join(names[:_SHOWN])}{more}"
                )
        typer.echo("Merge again into another folder, or fetch the model again.")
    if not found.sound:
        raise typer.Exit(1)


app.command("lora")(merge_lora.command)
app.command("search")(merge_search.command)
app.command("soup")(merge_soup.command)


def _tell_plan(plan: Plan, cost: Estimate, *, as_json: bool) -> None:
    methods = sorted({tensor.method.name if tensor.method else "copied" for tensor in plan.spec.tensors})
    dtypes = sorted({tensor.dtype.name for tensor in plan.spec.tensors})
    if as_json:
        write_json(
            {
                "sources": {
                    name: {"path": str(one.path), "bytes": one.size_bytes}
                    for name, one in plan.spec.sources.items()
                },
                "tensors": len(plan.spec.tensors),
                "dtypes": dtypes,
                "methods": methods,
                "read_bytes": plan.read_bytes,
                "files": dict(plan.layout.sizes),
                "seconds": cost.seconds,
                "cpu_seconds": cost.cpu_seconds,
                "memory_bytes": cost.memory_bytes,
                "notices": list(plan.spec.notices),
            }
        )
        return
    lines = [
        f"{name}: {_size(one.size_bytes)}, {len(one.tensors)} tensors"
        for name, one in plan.spec.sources.items()
    ]
    lines += [
        f"{len(plan.spec.tensors)} tensors of {', '.join(dtypes)} ({', '.join(methods)}) into {len(plan.layout.sizes)} files.",
        f"Reads {_size(plan.read_bytes)}, writes {_size(plan.write_bytes)}.",
        f"Takes about {_time(cost.seconds)} where the disk keeps up ({_time(cost.cpu_seconds)} of CPU).",
        f"Takes about {_size(cost.memory_bytes)} of memory.",
    ]
    typer.echo("\n".join(lines))


def _with_progress(
    plan: Plan, prepared: Prepared, out: Path, options: Options, *, hash_inputs: bool
) -> Merged:
    """Merge, with a bar that moves by bytes read and written."""
    console = Console(stderr=True)
    moved = plan.read_bytes + plan.layout.tensor_bytes
    columns = (TextColumn("merging"), BarColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("merging", total=moved)

        def tell(done: int, whole: int) -> None:
            progress.update(task, completed=moved * done / whole if whole else moved)

        merged = run_plan(plan, out, options.told(tell))
    prepared.companions.write(out, hash_inputs=hash_inputs)
    return merged


def _tell_merged(merged: Merged, run_id: str | None, *, as_json: bool) -> None:
    if as_json:
        write_json(
            {
                "folder": str(merged.folder),
                "tensors": merged.tensors,
                "bytes": merged.size_bytes,
                "resumed_bytes": merged.resumed_bytes,
                "nonfinite": merged.nonfinite,
                "run": run_id,
            }
        )
        return
    resumed = f", {_size(merged.resumed_bytes)} of it by an earlier start" if merged.resumed_bytes else ""
    typer.echo(f"{merged.tensors} tensors, {_size(merged.size_bytes)}{resumed}, in {merged.folder}")
    if run_id:
        typer.echo(f"Recorded as run {run_id}.")
    for name, count in merged.nonfinite.items():
        typer.echo(f"{name}: {count:,} values are NaN or infinite")


def _size(count: int) -> str:
    value = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000 or unit == "GB":
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError("the last unit ends the loop")


def _time(seconds: float) -> str:
    if seconds < 1:
        return "a second"
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
