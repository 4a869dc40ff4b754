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
from ridgeline.query.repo import Repo

if TYPE_CHECKING:  # SciPy, which they need, takes half a second to load
    from ridgeline.select.routing.route import Routed
    from ridgeline.select.tracked_examples import TrackedExamples


def command(
    query: QueryArgument = "",
    on: Annotated[
        str, typer.Option("--on", help="Context of labelled predictions, such as lang=de,subset=dev.")
    ] = "",
    cost: Annotated[
        str | None,
        typer.Option("--cost", help="What running a model costs: an expression such as run.hparams.size."),
    ] = None,
    weight: Annotated[
        float, typer.Option("--weight", help="Loss that one unit of cost is worth.", min=0)
    ] = 0.0,
    features: Annotated[
        str | None,
        typer.Option(
            "--features",
            help="Run whose features say what kind of example it is; default: the cheapest that recorded some.",
        ),
    ] = None,
    by: Annotated[
        Literal["ridge", "knn"], typer.Option("--by", help="What predicts losses from features.")
    ] = "ridge",
    loss: Annotated[
        Literal["error", "log"],
        typer.Option("--loss", help="1 for wrong and 0 for right, or -ln p of the label."),
    ] = "error",
    front: Annotated[
        bool, typer.Option("--front", help="Show loss and cost at every weight instead.")
    ] = False,
    repo: RepoOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """Send each example to the run that should do best on it, and see what that is worth against one run for all."""
    from ridgeline.select.routing.front import pareto_front
    from ridgeline.select.routing.route import route
    from ridgeline.select.tracked_examples import read_examples

    output = Output(as_json, as_csv, parquet)
    opened = open_repo(repo)
    examples = read_examples(opened, on, query=query)
    losses, costs = _losses(examples, loss), _costs(opened, query, cost, examples.run_ids)
    x, whose = _features(examples, features, costs)
    if front:
        found = pareto_front(x, losses, costs, predictor=by)
        columns = {"weight": found.weights, "loss": found.loss, "cost": found.cost, "best": found.best}
        output.write(pa.table({name: pa.array(values) for name, values in columns.items()}))
        return
    routed = route(x, losses, costs, weight=weight, predictor=by)
    output.write(_table(examples, routed, losses, costs))
    if output.for_people:
        _explain(Console(), examples, routed, len(losses), whose)


def _losses(examples: "TrackedExamples", loss: Literal["error", "log"]) -> NDArray[np.float64]:
    from ridgeline.select.routing.losses import example_losses

    labels = examples.labels()
    columns = []
    for found in examples.each():
        given = found.classes() if loss == "error" or found.probabilities is None else found.probabilities
        assert given is not None  # each run has recorded one or the other
        columns.append(example_losses(given[None], labels, loss)[:, 0])
    return np.stack(columns, axis=1)


def _costs(repo: Repo, query: str, cost: str | None, run_ids: tuple[str, ...]) -> NDArray[np.float64]:
    if cost is None:
        return np.zeros(len(run_ids))
    table = repo.runs(query, columns=[cost]).to_arrow()
    values = dict(
        zip(table.column("id").to_pylist(), table.column(table.num_columns - 1).to_pylist(), strict=True)
    )
    found = [values.get(run_id) for run_id in run_ids]
    numbers = [float(one) for one in found if isinstance(one, int | float)]
    if len(numbers) < len(found):
        raise InputError(
            f"The cost {cost!r} is a number for {len(numbers)} of {len(found)} runs; each needs one. Choose among runs that have it,"
            " or give another expression.",
            "routing-costs",
        )
    return np.array(numbers)


def _features(
    examples: "TrackedExamples", asked: str | None, costs: NDArray[np.float64]
) -> tuple[NDArray[np.float64], str]:
    """Return features of the examples, [examples, dims], and the name of the run that recorded them."""
    if asked is not None:
        order = [examples.find(asked)]
    else:
        order = np.argsort(costs, kind="stable").tolist()
    for run in order:
        if "features" in examples.line.recorded.holds(int(examples.line.rows[run])):
            found = examples.read(run).features
            assert found is not None  # it says so
            return found.astype(np.float64), examples.names[run]
    raise InputError(
        "Routing goes by features of the examples, and "
        + (f"the run {asked!r} has" if asked else f"none of the {len(order)} runs has")
        + " recorded any there. Record them: run.log_predictions(…, features=…).",
        "outputs-missing",
    )


def _table(
    examples: "TrackedExamples", routed: "Routed", losses: NDArray[np.float64], costs: NDArray[np.float64]
) -> pa.Table:
    shares = np.bincount(routed.chosen, minlength=len(costs)) / len(losses)
    rows: list[dict[str, object]] = [
        {"what": "routed", "id": None, "loss": routed.loss, "cost": routed.cost, "share": 1.0},
        {
            "what": "best for all",
            "id": None,
            "loss": routed.single_loss,
            "cost": routed.single_cost,
            "share": None,
        },
        {"what": "oracle", "id": None, "loss": routed.oracle_loss, "cost": None, "share": None},
    ]
    rows += [
        {
            "what": examples.names[run],
            "id": examples.run_ids[run],
            "loss": float(losses[:, run].mean()),
            "cost": float(costs[run]),
            "share": float(shares[run]),
        }
        for run in np.argsort(-shares, kind="stable").tolist()
    ]
    return pa.Table.from_pylist(rows)


def _explain(console: Console, examples: "TrackedExamples", routed: "Routed", n: int, whose: str) -> None:
    gain = routed.gain
    lines = [
        f"{n} examples, {len(examples.names)} runs, features of {whose}. Each example's losses are predicted from other examples.",
        "best for all: the one run that the other examples would choose. oracle: always the run that is best on the example.",
        f"Routing lowers loss + weight × cost by {gain.difference:.4f} ({gain.low:.4f} to {gain.high:.4f}) against one run for all"
        + (", which may be nothing." if gain.low <= 0 <= gain.high else "."),
        f"{100 * routed.agreement:.0f} % of the examples go to a run that is best on them.",
        *([examples.note] if examples.note else []),
    ]
    console.print("\n".join(["", *lines]), highlight=False)
