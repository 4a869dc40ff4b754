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
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_tasks import Reducer

if TYPE_CHECKING:  # SciPy, which it needs, takes half a second to load
    from ridgeline.select.ranking import Verdict


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
        str, typer.Option("--rule", help="Rules to compare, separated by commas.")
    ] = "source-dev,mean-pivots,central-pivot,target-dev",
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
    scores = select.read_scores(open_repo(repo), target, dev=dev, query=query, reducer=value)
    names = [name.strip() for name in rule.split(",") if name.strip()]
    targets = [task for task in scores.test.tasks if task != source] or list(scores.test.tasks)
    found = {
        task: select.rank(
            scores.dev,
            task,
            rules=names,
            source=source,
            pivots=None if pivot is None else [one for one in pivot if one != task],
            test=None if hidden else scores.test.column(task),
        )
        for task in targets
    }
    output.write(_table(scores, found))
    if output.for_people:
        _explain(Console(), scores, found)


def _table(scores: TrackedScores, found: "dict[str, tuple[Verdict, ...]]") -> pa.Table:
    rows = []
    for task, verdicts in found.items():
        for verdict in verdicts:
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


def _explain(console: Console, scores: TrackedScores, found: "dict[str, tuple[Verdict, ...]]") -> None:
    """Say in words what the table means, and what it does not allow to say."""
    lines = [
        f"{len(scores.names)} candidates. tied: how many share the rule's best score; the score is their mean."
    ]
    first = next(iter(found.values()))
    if first[0].outcome is None:
        console.print("\n".join(["", *lines, "The test scores stay hidden."]), highlight=False)
        return
    lines.append(
        "regret: best test score minus that of the pick; low and high hold it in 95 % of resampled sweeps,"
        " in which a rule wins as often as `wins` says."
    )
    if len(found) > 1:
        for at, name in enumerate(verdict.rule.name for verdict in first):
            outcomes = [verdicts[at].outcome for verdicts in found.values()]
            regrets = [outcome.pick.regret for outcome in outcomes if outcome]
            lines.append(f"{name}: mean regret {np.mean(regrets):.4f} over {len(found)} targets.")
    else:
        lines += _unsure(first)
    console.print("\n".join(["", *lines]), highlight=False)


def _unsure(verdicts: "tuple[Verdict, ...]") -> list[str]:
    """Name the rules that cannot be told apart from the one with the least regret."""
    best = next(verdict.rule.name for verdict in verdicts if verdict.behind is None)
    return [
        f"{verdict.rule.name} cannot be told apart from {best}: over resampled sweeps it costs {verdict.behind[0]:.4f} to"
        f" {verdict.behind[1]:.4f} more."
        for verdict in verdicts
        if verdict.behind is not None and verdict.behind[0] <= 0
    ]
