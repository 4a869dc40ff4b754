from typing import TYPE_CHECKING, Annotated

import numpy as np
import pyarrow as pa
import typer
from numpy.typing import NDArray
from rich.console import Console

from ridgeline import select
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import CsvOption, JsonOption, ParquetOption, QueryArgument, RepoOption
from ridgeline.cli.output import Output
from ridgeline.core.errors import InputError
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_tasks import Reducer

if TYPE_CHECKING:  # SciPy, which they need, takes half a second to load
    from ridgeline.select.bases.effects import Effects


def command(
    query: QueryArgument = "",
    scores: Annotated[
        str,
        typer.Option(
            "--scores",
            help="Scores of tasks fine-tuned from each base, such as 'accuracy{subset=test}': a run a base, a context a task.",
        ),
    ] = "",
    pretrained: Annotated[
        str,
        typer.Option("--pretrained", help="Name or id of the run of the model that all others come from."),
    ] = "",
    value: Annotated[Reducer, typer.Option("--value", help="What a series counts by.")] = "last",
    repo: RepoOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """Rank base models by what fine-tuning from them gains, and see whether a few tasks suffice to know a good one."""
    from ridgeline.select.bases.effects import gain_effects
    from ridgeline.select.checks_columns import columns_out_of_order

    output = Output(as_json, as_csv, parquet)
    if not scores:
        raise InputError("Which scores? Name them: --scores 'accuracy{subset=test}'.", "no-target")
    found = select.read_scores(open_repo(repo), scores, dev=scores, query=query, reducer=value)
    wrong = {one.candidate for one in columns_out_of_order(found.test)}
    start = _find(found, pretrained)
    if start in wrong:
        raise InputError(
            f"The scores of {found.names[start]!r} look as if they stood in the wrong columns, and all gains are against them. Track"
            " them anew.",
            "bases-pretrained",
        )
    rows = [row for row in range(len(found.names)) if row != start and row not in wrong]
    # A task that the pretrained model was not tried on has no gain of any base.
    gains = (found.test.values[rows] - found.test.values[start])[:, ~np.isnan(found.test.values[start])]
    effects = gain_effects(gains)
    output.write(_table(found, rows, gains, effects))
    if output.for_people:
        kept = np.array([*rows, start])
        _explain(Console(), found, effects, sorted(found.names[row] for row in wrong), kept)


def _find(scores: TrackedScores, run: str) -> int:
    found = [
        row
        for row, (name, run_id) in enumerate(zip(scores.names, scores.test.candidates, strict=True))
        if run and (name == run or run_id.startswith(run))
    ]
    if len(found) != 1:
        raise InputError(
            f"Which run is the pretrained model that gains are counted from? {len(found)} of {len(scores.names)} are called {run!r} or"
            " have an id that begins so. Name it: --pretrained.",
            "bases-pretrained",
        )
    return found[0]


def _table(
    scores: TrackedScores, rows: list[int], gains: NDArray[np.float64], effects: "Effects"
) -> pa.Table:
    return pa.Table.from_pylist(
        [
            {
                "base": scores.names[rows[at]],
                "id": scores.test.candidates[rows[at]],
                "gain": float(effects.mean + effects.base[at]),
                "least": float(np.nanmin(gains[at])),
                "tasks": int((~np.isnan(gains[at])).sum()),
            }
            for at in np.argsort(-effects.base, kind="stable").tolist()
        ]
    )


def _explain(
    console: Console, scores: TrackedScores, effects: "Effects", wrong: list[str], kept: NDArray[np.int64]
) -> None:
    from ridgeline.select.bases.choice import by_other_tasks

    (low, high), (least, most) = effects.r_squared_interval, effects.base_share_interval
    lines = [
        (
            "gain: over the pretrained model, were each base tried on every task; least: on the task where it gains least; tasks: on how many"
            " it was tried."
        ),
        (
            f"Gains are base + task to R² {effects.r_squared:.2f} ({low:.2f} to {high:.2f}); the base's part is {effects.base_share:.2f}"
            f" ({least:.2f} to {most:.2f}), and {effects.spread:.3g} remain, noise or what depends on both."
        ),
    ]
    table = scores.test.values[kept]
    whole = np.logical_not(np.isnan(table).any(axis=1))
    if whole[-1] and whole.sum() > 2 and table.shape[1] > 1:
        choice = by_other_tasks(table[whole], pretrained=int(whole.sum()) - 1)
        lines.append(
            f"Choosing for each task by the mean of the others costs {choice.regret.mean():.3g} against the best base, a random base"
            f" {choice.random.mean():.3g}, the pretrained model {choice.pretrained.mean():.3g} ({int(whole.sum())} models with all scores)."
        )
    if wrong:
        lines.append(
            f"Left out, since their scores look as if they stood in the wrong columns: {', '.join(wrong)}."
        )
    console.print("\n".join(["", *lines]), highlight=False)
