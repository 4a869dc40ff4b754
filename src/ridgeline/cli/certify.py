from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
import pyarrow as pa
import typer
from numpy.typing import NDArray
from rich.console import Console

from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import CsvOption, JsonOption, ParquetOption, QueryArgument, RepoOption
from ridgeline.cli.output import Output
from ridgeline.core.errors import InputError

if TYPE_CHECKING:
    from ridgeline.select.conformal.selection import Selection
    from ridgeline.select.tracked_examples import TrackedExamples


def command(
    query: QueryArgument = "",
    run: Annotated[
        str | None, typer.Option("--run", help="Name or id of the run whose predictions are in question.")
    ] = None,
    labelled: Annotated[
        str,
        typer.Option("--labelled", help="Context of predictions with labels, such as lang=de,subset=dev."),
    ] = "",
    unlabeled: Annotated[
        str,
        typer.Option(
            "--unlabeled", help="Context of predictions whose labels are not known; they are not read."
        ),
    ] = "",
    rate: Annotated[
        float,
        typer.Option("--rate", help="Share of mistakes among those selected that is allowed on average."),
    ] = 0.1,
    by: Annotated[
        Literal["own", "all"],
        typer.Option(
            "--by", help="Judge by the run's own probabilities, or by the best of those of all runs."
        ),
    ] = "own",
    repo: RepoOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """Say which unlabeled examples a run gets right, but for a share of mistakes that holds on average."""
    from ridgeline.select.conformal.certified import examples_right
    from ridgeline.select.tracked_examples import read_examples

    output = Output(as_json, as_csv, parquet)
    opened = open_repo(repo).snapshot()
    known, asked = (
        read_examples(opened, context, query=query, holds="probabilities")
        for context in (labelled, unlabeled)
    )
    places = _places(known, asked, run, by)
    found = examples_right(
        _stack(known, places[0]), known.labels(), _stack(asked, places[1]), rate=rate, by=by
    )
    name = asked.names[places[1][0]]
    output.write(_table(asked, places[1], found))
    if output.for_people:
        selected = f"{len(found.rows)} of {len(found.p_values)} examples that {name} gets right"
        _explain(Console(), selected, rate, len(known.labels()))


def _places(
    known: "TrackedExamples", asked: "TrackedExamples", run: str | None, by: str
) -> tuple[list[int], list[int]]:
    """Return where the runs that speak stand among labelled and unlabeled predictions; the one in question is the first."""
    if known.line.recorded.context == asked.line.recorded.context:
        raise InputError(
            "Labelled and unlabeled examples are the same; a claim about examples needs others to calibrate with. Name two contexts:"
            " --labelled and --unlabeled.",
            "selection-contexts",
        )
    shared = [run_id for run_id in known.run_ids if run_id in asked.run_ids]
    if run is None and len(shared) != 1:
        raise InputError(
            f"Whose predictions? {len(shared)} runs have them in both contexts. Name one: --run.",
            "selection-candidate",
        )
    chosen = shared[0] if run is None else known.run_ids[known.find(run)]
    if chosen not in shared:
        raise InputError(
            f"The run {run!r} has predictions of labelled examples, but none of the unlabeled ones.",
            "selection-candidate",
        )
    ids = [chosen, *(one for one in shared if one != chosen and by == "all")]
    return [known.run_ids.index(one) for one in ids], [asked.run_ids.index(one) for one in ids]


def _table(asked: "TrackedExamples", places: list[int], found: "Selection") -> pa.Table:
    rows, mine = np.array(found.rows, np.int64), asked.read(places[0])
    classes = mine.classes()
    assert classes is not None  # it has probabilities
    return pa.table(
        {
            "example": pa.array(rows if mine.ids is None else mine.ids[rows]),
            "class": pa.array(classes[rows].astype(np.int64)),
            "p": pa.array(found.p_values[rows]),
            "by": pa.array([asked.names[places[at]] for at in found.chosen[rows].tolist()], pa.string()),
        }
    )


def _stack(examples: "TrackedExamples", runs: list[int]) -> NDArray[np.floating]:
    found = [examples.read(run).probabilities for run in runs]
    return np.stack([one for one in found if one is not None], dtype=np.float64)


def _explain(console: Console, selected: str, rate: float, labelled: int) -> None:
    lines = [
        f"{selected}; on average over such selections at most {100 * rate:g} % of those selected are wrong.",
        (
            f"That holds where the {labelled} labelled examples are drawn like the unlabeled ones and no run was trained or chosen on"
            " them. One selection may have more mistakes, another fewer."
        ),
    ]
    console.print("\n".join(["", *lines]), highlight=False)
