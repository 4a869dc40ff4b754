"""MLflow's runs: ours beside Aim's converter aimlflow, in one run, as a ratio.

python bench/sync_mlflow.py [RUNS [METRICS [STEPS [THEIR_RUNS]]]]      1,000 runs × 20 metrics × 200 steps, theirs 20 of the runs

aimlflow takes too long for all of them, so it takes over the first few, in a store of the same schema that holds these alone;
what both are compared by is CPU seconds a point. aimlflow is the package aim-mlflow 0.2.1; `aimlflow` on PyPI is another one.
"""

import json
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from venvs import python_with

BAR = 10.0
SCHEMA = """
import sys
from mlflow import MlflowClient
MlflowClient(sys.argv[1]).create_experiment("bench")
"""
# What `aimlflow sync` does before it begins to wait for changes.
THEIRS = """
import json, sys, time
from aim import Repo
from mlflow.tracking import MlflowClient
from aimlflow.utils import convert_existing_logs
repo = Repo.from_path(sys.argv[2], init=True)
started = time.process_time()
convert_existing_logs(repo, sys.argv[1], excluded_artifacts=["*"])
spent = time.process_time() - started
print(json.dumps(spent))
"""
OURS = """
import json, sys, time
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow.address import open_store
from ridgeline.sync.mlflow.store import MlflowSource, Selection
from ridgeline.sync.passes import Passes
started = time.process_time()
Layout(sys.argv[2]).create()
with Repo(sys.argv[2]) as repo:
    source = MlflowSource(open_store(sys.argv[1]), ContextPatterns(()), Selection("", ("*",)))
    moved = Passes(repo, source).once()
    first = time.process_time() - started
    again = Passes(repo, source).once()
print(json.dumps([moved.points, first, bool(again), time.process_time() - started - first]))
"""


def fill(path, runs, metrics, steps):
    """Write runs as MLflow's own store does, row by row of its tables."""
    with sqlite3.connect(path) as db:
        (experiment,) = db.execute("SELECT experiment_id FROM experiments WHERE name = 'bench'").fetchone()
        for run in range(runs):
            run_id = f"{run:032x}"
            db.execute(
                "INSERT INTO runs (run_uuid, name, source_type, source_name, entry_point_name, user_id, status, start_time,"
                " end_time, deleted_time, source_version, lifecycle_stage, artifact_uri, experiment_id)"
                " VALUES (?, ?, 'LOCAL', '', '', 'ada', 'FINISHED', ?, ?, NULL, '', 'active', '/nowhere', ?)",
                (run_id, f"run-{run}", 1_700_000_000_000 + run, 1_700_000_900_000 + run, experiment),
            )
            db.executemany(
                "INSERT INTO params (key, value, run_uuid) VALUES (?, ?, ?)",
                [("lr", str(1e-5 * (run + 1)), run_id), ("layers", "12", run_id)],
            )
            rows = [
                (f"metric-{metric}", (step + metric) / (run + 1), 1_700_000_000_000 + step, run_id, step)
                for metric in range(metrics)
                for step in range(steps)
            ]
            query = "INSERT INTO {} (key, value, timestamp, run_uuid, step, is_nan) VALUES (?, ?, ?, ?, ?, 0)"
            db.executemany(query.format("metrics"), rows)
            db.executemany(query.format("latest_metrics"), rows[steps - 1 :: steps])
    db.close()


def main():
    runs, metrics, steps, their_runs = (*map(int, sys.argv[1:]), *(1000, 20, 200, 20)[len(sys.argv) - 1 :])
    python = python_with(
        "aim-mlflow", "aim-mlflow==0.2.1", "aim<4", "mlflow<3", "sqlalchemy<2.1", "setuptools<81"
    )
    with tempfile.TemporaryDirectory() as folder:
        ours_db, theirs_db = Path(folder, "all.db"), Path(folder, "few.db")
        for path, n in ((ours_db, runs), (theirs_db, their_runs)):
            subprocess.run([python, "-c", SCHEMA, f"sqlite:///{path}"], check=True, capture_output=True)
            fill(path, n, metrics, steps)
        print(
            f"{runs:,} runs × {metrics} metrics × {steps} steps; aimlflow takes over {their_runs} of the runs"
        )
        command = [python, "-c", THEIRS, f"sqlite:///{theirs_db}", Path(folder, "aim")]
        theirs = json.loads(
            subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1]
        )
        command = [sys.executable, "-c", OURS, f"sqlite:///{ours_db}", Path(folder, ".ridgeline")]
        taken, ours, moved_again, again = json.loads(subprocess.check_output(command))
    assert taken == runs * metrics * steps, taken
    assert not moved_again
    a_point = ours / taken, theirs / (their_runs * metrics * steps)
    for name, spent, cost in (("aimlflow", theirs, a_point[1]), ("ridgeline sync", ours, a_point[0])):
        print(f"{name:16} {spent:8.2f} s CPU   {1e6 * cost:8.2f} µs a point   {1 / cost:10,.0f} points/s")
    print(f"{'second pass':16} {again:8.2f} s CPU   moves nothing")
    ratio = a_point[1] / a_point[0]
    print(f"{'ratio':16} {ratio:8.1f}   bar {BAR:g}{'' if ratio >= BAR else '  UNDER'}")


if __name__ == "__main__":
    main()
