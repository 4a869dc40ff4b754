"""What rules pick among runs for a target; the target's test scores only when they are asked for."""

import time
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Literal

import numpy as np
from fastapi import APIRouter, Query, Request, Response
from numpy.typing import NDArray

from ridgeline import select
from ridgeline.core.errors import InputError
from ridgeline.query.snapshot import Snapshot
from ridgeline.select.pools import pool_sizes, regret_by_pool
from ridgeline.select.rules import RULES, Evidence, Rule
from ridgeline.select.sweeps import Resample
from ridgeline.select.tracked import TrackedScores
from ridgeline.select.tracked_reader import Hint
from ridgeline.select.tracked_tasks import Reducer
from ridgeline.server.answers import AnswersOf, to_json
from ridgeline.server.json_values import json_number
from ridgeline.server.params import Filter, Text
from ridgeline.server.problems import PROBLEMS
from ridgeline.server.wire import Choice, OfferedRule, PoolRegrets, RulePick, RuleRehearsal, TargetOutcome

if TYPE_CHECKING:  # SciPy, which they need, takes half a second to load
    from ridgeline.select.ranking import Outcome, Verdict
    from ridgeline.select.tracked_choice import TrackedChoice

router = APIRouter(prefix="/api", tags=["select"])
_Target = Annotated[
    Text,
    Query(
        description="The test scores to choose for; what it leaves open are several targets.",
        examples=["f1{lang=de,subset=test}"],
    ),
]
_Dev = Annotated[
    Text, Query(description="The dev scores; blank: the target's metric where its context has dev or val.")
]
_Task = Annotated[
    Text, Query(description="Which of several targets; blank: the first that is not the source.")
]
_Source = Annotated[
    Text, Query(description="The task that the candidates were trained on; blank: nobody says.")
]
_Names = Annotated[list[Text], Query(max_length=200)]


@router.get("/select", responses={200: {"model": Choice}, **PROBLEMS})
def select_candidates(  # noqa: PLR0913, PLR0917 - the controls of the Select page, one by one
    request: Request,
    answers: AnswersOf,
    target: _Target,
    q: Filter = "",
    dev: _Dev = "",
    task: _Task = "",
    source: _Source = "",
    pivot: _Names = [],  # noqa: B006
    rule: _Names = [],  # noqa: B006
    value: Reducer = "last",
    resample: Annotated[
        Literal["auto", "candidates", "examples", "both"],
        Query(
            description="What the intervals come from; auto: candidates, and test examples where their predictions were recorded."
        ),
    ] = "auto",
    labelled: Annotated[
        int, Query(ge=0, le=10**6, description="How many labelled examples of the target scorers may see.")
    ] = 0,
    *,
    checkpoints: Annotated[
        bool, Query(description="Choose among all logged steps, and not the last of each run.")
    ] = False,
    reveal: Annotated[bool, Query(description="Judge the picks by the test scores, and show those.")] = False,
) -> Response:
    """Return what each rule says of each run, and which it picks; with `reveal` also what the picks cost."""

    def render(snapshot: Snapshot) -> bytes:
        began = time.perf_counter()
        scores = select.read_scores(
            snapshot, target, dev=dev or None, query=q, reducer=value, checkpoints=checkpoints
        )
        asked = select.TrackedChoice(
            snapshot,
            scores,
            _task(scores, task, source),
            source or None,
            tuple(pivot) or None,
            Hint(labelled),
        )
        choice = _choice(
            asked, rule or asked.usual(), None if resample == "auto" else resample, reveal=reveal
        )
        choice["ms"] = round(1000 * (time.perf_counter() - began), 2)
        return to_json(choice)

    return answers.answer(request, render)


def _task(scores: TrackedScores, task: str, source: str) -> str:
    if not task:
        return next((one for one in scores.test.tasks if one != source), scores.test.tasks[0])
    scores.test.column(task)
    return task


def _choice(
    choice: "TrackedChoice", names: Sequence[str], resample: Resample | None, *, reveal: bool
) -> Choice:
    scores, task, evidence = choice.scores, choice.task, choice.evidence
    usable, refused = choice.able(names)  # one that cannot say is no fault of the rest
    test = scores.test.column(task)
    judged = choice.judge(usable, reveal=reveal, resample=resample) if usable else None
    verdicts = judged.verdicts if judged else ()
    notes = [finding.message for finding in select.check_scores(scores.dev, scores.names)]
    if judged and judged.note:
        notes.append(judged.note)
    return {
        "metric": scores.metric,
        "goal": "min" if scores.sign < 0 else "max",
        "tasks": list(scores.dev.tasks),
        "targets": list(scores.test.tasks),
        "task": task,
        "source": choice.source,
        "pivots": list(evidence.pivots),
        "dev_columns": list(scores.dev_columns),
        "test_column": scores.test_columns[scores.test.tasks.index(task)],
        "ids": list(scores.dev.candidates),
        "names": list(scores.names),
        "steps": None if scores.steps is None else scores.steps.tolist(),
        "rules": [_pick(verdict, scores.sign) for verdict in verdicts],
        "refused": [
            {"name": name, "slug": error.slug, "message": error.message} for name, error in refused.items()
        ],
        "offered": _offered(),
        "rehearsal": _rehearsal(evidence, usable),
        "pools": _pools(verdicts, test) if reveal else None,
        "test": _numbers(scores.sign * test) if reveal else None,
        "resampled": judged.resampled if judged else None,
        "notes": notes,
        "ms": 0.0,
    }


def _offered() -> list[OfferedRule]:
    scorers = import_module(
        "ridgeline.select.scorers.registry"
    ).SCORERS  # SciPy takes a third of a second to load
    return [
        {"name": one.name, "title": one.title, "scorer": one.name in scorers}
        for one in (*RULES.values(), *scorers.values())
    ]


def _pools(verdicts: "Sequence[Verdict]", test: NDArray[np.float64]) -> PoolRegrets:
    # Rules compare on the same pools: of candidates that all of them can judge.
    known = ~np.isnan(np.stack([test, *(verdict.scores for verdict in verdicts)])).any(axis=0)
    sizes = pool_sizes(int(known.sum()))
    return {
        "sizes": sizes.tolist(),
        "regrets": [
            regret_by_pool(verdict.scores[known], test[known], sizes).tolist() for verdict in verdicts
        ],
    }


def _rehearsal(evidence: Evidence, rules: Sequence[Rule]) -> RuleRehearsal | None:
    try:
        found = select.rehearse(evidence, rules)
    except InputError:  # no pivots, or no rule that could choose for them
        return None
    ranking = found.ranking
    return {
        "rules": [rule.name for rule in found.rules],
        "tasks": list(found.tasks),
        "mean_regrets": found.regrets.mean(axis=0).tolist(),
        "average_ranks": ranking.average_ranks.tolist() if ranking else None,
        "critical_difference": ranking.critical_difference if ranking else None,
        "groups": [list(group) for group in ranking.groups] if ranking else [],
        "friedman": ranking.friedman.statistic if ranking else None,
        "p_value": ranking.friedman.p_value if ranking else None,
    }


def _pick(verdict: "Verdict", sign: int) -> RulePick:
    return {
        "name": verdict.rule.name,
        "title": verdict.rule.title,
        "paper": verdict.rule.paper,
        "scores": _numbers(sign * verdict.scores),
        "chosen": list(verdict.chosen),
        "outcome": _outcome(verdict.outcome, sign) if verdict.outcome else None,
        "behind": list(verdict.behind) if verdict.behind else None,
        "note": verdict.note,
    }


def _outcome(outcome: "Outcome", sign: int) -> TargetOutcome:
    return {
        "score": sign * outcome.pick.target,
        "oracle": sign * outcome.pick.oracle,
        "regret": outcome.pick.regret,
        "low": outcome.low,
        "high": outcome.high,
        "rank": outcome.pick.rank,
        "kendall": json_number(outcome.agreement.kendall),
        "spearman": json_number(outcome.agreement.spearman),
        "wins": outcome.wins,
    }


def _numbers(values: NDArray[np.float64]) -> list[float | None]:
    return [json_number(value) for value in values.tolist()]
