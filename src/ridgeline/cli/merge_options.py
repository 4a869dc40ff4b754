"""Options that the verbs of merging share."""

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

ExperimentOption: TypeAlias = Annotated[
    str | None, typer.Option("--experiment", help="Experiment of the runs that merged models become.")
]
NameOption: TypeAlias = Annotated[
    str | None, typer.Option("--name", help="Name of the run; default: what it was merged by.")
]
EvaluateOption: TypeAlias = Annotated[
    str,
    typer.Option(
        "--evaluate",
        help="Command that evaluates the model in the folder {model}, such as 'python evaluate.py {model}'. Its last line is a"
        " number, a JSON object of metrics by name, or a JSON list of objects with name, value and context.",
    ),
]
MetricOption: TypeAlias = Annotated[
    str, typer.Option("--metric", help="Metric to choose by, such as 'f1{lang=en,subset=dev}'.")
]
NewFolderOption: TypeAlias = Annotated[Path, typer.Option("--out", "-o", help="Folder for the result.")]
StoreOption: TypeAlias = Annotated[
    bool, typer.Option("--store", help="Store the weights in the repository, too, as artifacts of the run.")
]
