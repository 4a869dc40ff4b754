"""What runs have recorded of the same examples, for what looks at single examples: routing, conformal selection."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ridgeline.core.errors import InputError, NotFoundError
from ridgeline.query.expression import parse_filter
from ridgeline.query.predictions import Predictions
from ridgeline.query.repo import Repo
from ridgeline.query.series_set import Occasion, select_series
from ridgeline.query.snapshot import Snapshot, context_text
from ridgeline.select.tracked_predictions import NAME, Line, find_predictions, line_up
from ridgeline.select.tracked_reader import Labels


@dataclass(frozen=True, slots=True)
class TrackedExamples:
    """The newest predictions of runs in one context, their examples in line.

    Attributes:
        names: of the runs, oldest first.
        run_ids: of the same runs.
        line: where they are recorded; row i of `names` is `line.rows[i]`.
        note: what was left out; "" if nothing.
    """

    names: tuple[str, ...]
    run_ids: tuple[str, ...]
    line: Line
    note: str

    def read(self, run: int) -> Predictions:
        """Return what a run recorded of the common examples, in their common order.

        Raises:
            StorageError: it is not there any more, or damaged.
        """
        return self.line.read(int(self.line.rows[run]))

    def each(self) -> Iterator[Predictions]:
        """Yield what every run recorded, one after another, so that memory stays bounded.

        Raises:
            StorageError: as of `read`.
        """
        return (self.read(run) for run in range(len(self.names)))

    def labels(self) -> NDArray[np.integer]:
        """Return the labels of the examples, [examples].

        Raises:
            InputError: no run recorded labels, or runs have other ones for the same example.
        """
        with_labels = [
            run for run, row in enumerate(self.line.rows) if "labels" in self.line.recorded.holds(int(row))
        ]
        if not with_labels:
            raise InputError(
                f"None of the {len(self.names)} runs has recorded labels there. Record them:"
                " run.log_predictions(…, labels=…).",
                "outputs-missing",
            )
        agreed = Labels()
        return [agreed.agreed([self.read(run)]) for run in with_labels][-1]

    def find(self, run: str) -> int:
        """Return the place of a run by its name or the beginning of its id.

        Raises:
            NotFoundError: none of the runs has it, or several do.
        """
        found = [
            at
            for at, (name, run_id) in enumerate(zip(self.names, self.run_ids, strict=True))
            if name == run or run_id.startswith(run)
        ]
        if len(found) != 1:
            raise NotFoundError(
                f"{len(found)} of the {len(self.names)} runs with predictions there are called {run!r} or have an id that begins so."
                " Name one by its id, which `ridgeline runs` shows.",
                "run-not-found",
            )
        return found[0]


def read_examples(
    repo: Repo | Snapshot, context: str, *, query: str = "", holds: str = ""
) -> TrackedExamples:
    """Find predictions that runs recorded by `Run.log_predictions` in one context.

    Args:
        repo: where the runs are.
        context: keys that tell it from others, such as `lang=de,subset=dev`; blank where there is one only.
        query: which runs; blank: all that are not archived.
        holds: an array that each run must have recorded, such as "features"; blank: probabilities or predictions.

    Raises:
        NotFoundError: no run has such predictions.
        InputError: several contexts have these keys, the query is wrong, or examples cannot be put in line.
    """
    snapshot = repo.snapshot() if isinstance(repo, Repo) else repo
    keys = context.strip().removeprefix(NAME).strip("{} ")
    selector = f"{NAME}{{{keys}}}" if keys else NAME
    series = select_series(snapshot, parse_filter(query), "predictions", [selector], Occasion())
    contexts = {
        snapshot.metric_by_id[mid].mid: snapshot.metric_by_id[mid].context
        for mid in np.unique(series.mid).tolist()
    }
    if not contexts:
        raise NotFoundError(
            f"No run among these has predictions in {selector!r}. Record some: run.log_predictions(…, context=…).",
            "predictions-not-found",
        )
    if len(contexts) > 1:
        known = ", ".join(sorted(context_text(one) for one in contexts.values()))
        raise InputError(
            f"Predictions of one context are needed, and {selector!r} has them in {len(contexts)}: {known}. Name the keys that"
            " tell it from the others, such as lang=de,subset=dev.",
            "predictions-contexts",
        )
    rids = np.unique(series.rid)
    rids = rids[np.argsort(snapshot.runs.created[snapshot.rows_of(rids)[0]], kind="stable")]
    recorded = find_predictions(snapshot, next(iter(contexts.values())), rids, None)
    wanted = {holds} if holds else {"probabilities", "predictions"}
    rows = [row for row in range(len(rids)) if recorded.holds(row) & wanted]
    if not rows:
        raise NotFoundError(
            f"None of the {len(rids)} runs with predictions in {selector!r} has recorded {holds or 'probabilities or predictions'}"
            " there. Record them: run.log_predictions(…).",
            "outputs-missing",
        )
    line = line_up(recorded, rows)
    left_out = (
        f"{len(rids) - len(rows)} of {len(rids)} runs lack what is needed." if len(rows) < len(rids) else ""
    )
    at = snapshot.rows_of(rids[line.rows])[0]
    return TrackedExamples(
        tuple(snapshot.runs.name[at].tolist()),
        tuple(snapshot.runs.id[at].tolist()),
        line,
        f"{left_out} {line.note}".strip(),
    )
