import pyarrow as pa

from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import CsvOption, JsonOption, ParquetOption, RepoOption
from ridgeline.cli.output import Output

SHOWN_VALUES = 6


def command(
    repo: RepoOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """List params: how many runs have each, and its values."""
    output = Output(as_json, as_csv, parquet)
    choices = open_repo(repo).params()
    values = [[str(value) for value in choice.values] for choice in choices]
    if output.for_people:
        values = [some if len(some) <= SHOWN_VALUES else [*some[:SHOWN_VALUES], "…"] for some in values]
    rows = [
        {"param": c.expression, "runs": c.n_runs, "distinct": c.n_distinct, "values": list(c.values)}
        for c in choices
    ]
    output.write(
        pa.table(
            {
                "param": pa.array([choice.expression for choice in choices], pa.string()),
                "runs": pa.array([choice.n_runs for choice in choices], pa.int64()),
                "distinct": pa.array([choice.n_distinct for choice in choices], pa.int64()),
                "values": pa.array(values, pa.list_(pa.string())),
            }
        ),
        rows=rows,
    )
