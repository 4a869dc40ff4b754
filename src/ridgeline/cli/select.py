from typing import TYPE_CHECKING, Annotated

import numpy as np
import pyarrow as pa
import typer
from rich.console import Console

from ridgeline import select
from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import CsvOption, JsonOption, ParquetOption, QueryArgument, RepoOption
from ridgeline.cli.output import Output
from ridgeline.core.errors import InputError
from ridgeline.select.rules.source_dev import SOURCE_DEV
from ridgeline.select.sweeps import Resample
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_reader import Hint
from ridgeline.select.tracked_tasks import Reducer

if TYPE_CHECKING:  # SciPy, which they need, takes half a second to load
    from ridgeline.select.ranking import Verdict
    from ridgeline.select.rules import Rule
    from ridgeline.select.tracked_choice import Judged, TrackedChoice

_RESAMPLED = {
    "candidates": "sweeps",
    "examples": "test sets",
    "both": "sweeps and test sets",
}


def command(
    query: QueryArgument = "",
    target: Annotated[
        str,
        typer.Option(
            "--target",
            help="Test scores to choose for, such as 'f1{lang=de,subset=test}'; 'f1{subset=test}' takes all languages in turn.",
        ),
    ] = "",
    rule: Annotated[
        str,
        typer.Option(
            "--rule",
            help="Rules and scorers to compare, separated by commas; default: source-dev, mean-pivots, central-pivot,"
            " target-dev, and quick scorers of what log_predictions recorded.",
        ),
    ] = "",
    source: Annotated[
        str | None, typer.Option("--source", help="Task the candidates were trained on, such as 'en'.")
    ] = None,
    pivot: Annotated[
        list[str] | None,
        typer.Option(
            "--pivot",
            help="Task whose labels may be seen; default: all but source and target. May be repeated.",
        ),
    ] = None,
    dev: Annotated[
        str | None,
        typer.Option(
            "--dev", help="Dev scores; default: the target's metric where its context has dev or val."
        ),
    ] = None,
    value: Annotated[Reducer, typer.Option("--value", help="What a series counts by.")] = "last",
    checkpoints: Annotated[
        bool,
        typer.Option(
            "--checkpoints", help="Choose among all logged steps of the runs, and not their last ones."
        ),
    ] = False,
    labelled: Annotated[
        int,
        typer.Option("--labelled", help="How many labelled examples of the target scorers may see.", min=0),
    ] = 0,
    resample: Annotated[
        Resample | None,
        typer.Option(
            "--resample",
            help="What the intervals come from; default: both where predictions of the test set were recorded.",
        ),
    ] = None,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Only say what each rule picks; the test scores stay unread.")
    ] = False,
    repo: RepoOption = None,
    as_json: JsonOption = False,
    as_csv: CsvOption = False,
    parquet: ParquetOption = None,
) -> None:
    """Choose among runs by several rules, and see what each choice costs against the best one."""
    output = Output(as_json, as_csv, parquet)
    if not target:
        raise InputError(
            "What to choose for? Name the test scores: --target 'f1{lang=de,subset=test}'.", "no-target"
        )
    snapshot = open_repo(repo).snapshot()
    scores = select.read_scores(
        snapshot, target, dev=dev, query=query, reducer=value, checkpoints=checkpoints
    )
    names = [name.strip() for name in rule.split(",") if name.strip()]
    pivots = None if pivot is None else tuple(pivot)
    found = {}
    for task in [task for task in scores.test.tasks if task != source] or list(scores.test.tasks):
        choice = select.TrackedChoice(snapshot, scores, task, source, pivots, Hint(labelled))
        rules = choice.rules(names) if names else _usual(choice)
        found[task] = choice.judge(rules, reveal=not hidden, resample=resample)
    output.write(_table(scores, found))
    if output.for_people:
        _explain(Console(), scores, found)


def _usual(choice: "TrackedChoice") -> "list[Rule]":
    """Return the usual rules that have what they need; that the source is not named is told, since most of them go by it."""
    able, refused = choice.able(choice.usual())
    if SOURCE_DEV.name in refused:
        raise refused[SOURCE_DEV.name]
    return able


def _table(scores: TrackedScores, found: "dict[str, Judged]") -> pa.Table:
    rows = []
    for task, judged in found.items():
        for verdict in judged.verdicts:
            first = verdict.chosen[0]
            row: dict[str, object] = {
                "target": task,
                "rule": verdict.rule.name,
                "pick": scores.names[first],
                "id": scores.dev.candidates[first],
                "tied": len(verdict.chosen),
            }
            if outcome := verdict.outcome:
                row |= {
                    "score": scores.sign * outcome.pick.target,
                    "regret": outcome.pick.regret,
                    "low": outcome.low,
                    "high": outcome.high,
                    "rank": outcome.pick.rank,
                    "kendall": outcome.agreement.kendall,
                    "wins": outcome.wins,
                }
            rows.append(row)
    return pa.Table.from_pylist(rows)


def _explain(console: Console, scores: TrackedScores, found: "dict[str, Judged]") -> None:
    """Say in words what the table means, and what it does not allow to say."""
    what = "candidates" if scores.steps is None else "checkpoints"
    lines = [
        f"{len(scores.names)} {what}. tied: how many share the rule's best score; the score is their mean."
    ]
    first = next(iter(found.values()))
    if first.resampled is None:
        lines.append("The test scores stay hidden.")
    else:
        lines.append(
            "regret: best test score minus that of the pick; low and high hold it in 95 % of resampled"
            f" {_RESAMPLED[first.resampled]}, in which a rule wins as often as `wins` says."
        )
        if len(found) > 1:
            lines += _mean_regrets(found)
        else:
            lines += _unsure(first.verdicts)
    console.print("\n".join(["", *lines, *_notes(scores, found)]), highlight=False, markup=False)


def _mean_regrets(found: "dict[str, Judged]") -> list[str]:
    regrets: dict[str, list[float]] = {}
    for judged in found.values():
        for verdict in judged.verdicts:
            if verdict.outcome:
                regrets.setdefault(verdict.rule.name, []).append(verdict.outcome.pick.regret)
    return [
        f"{name}: mean regret {np.mean(values):.4f} over {len(values)} targets."
        for name, values in regrets.items()
    ]


def _notes(scores: TrackedScores, found: "dict[str, Judged]") -> list[str]:
    """Return what there is to know of the scores, of the intervals and of the rules, each said once."""
    notes = [finding.message for finding in select.check_scores(scores.dev, scores.names)]
    for judged in found.values():
        notes += [judged.note] if judged.note else []
        notes += [f"{verdict.rule.name}: {verdict.note}" for verdict in judged.verdicts if verdict.note]
    return [f"Note: {note}" for note in dict.fromkeys(notes)]


def _unsure(verdicts: "tuple[Verdict, ...]") -> list[str]:
    """Name the rules that cannot be told apart from the one with the least regret."""
    best = next(verdict.rule.name for verdict in verdicts if verdict.behind is None)
    return [
        f"{verdict.rule.name} cannot be told apart from {best}: over resampled sweeps it costs {verdict.behind[0]:.4f} to"
        f" {verdict.behind[1]:.4f} more."
        for verdict in verdicts
        if verdict.behind is not None and verdict.behind[0] <= 0
    ]
