"""One class a tracker, each through its own public interface: `open_run`, `track`, `close`; `list_runs`, `read_loss`."""

import os
from pathlib import Path

import workload


class Ridgeline:
    requirement = None  # this checkout

    def __init__(self, root):
        import ridgeline

        self.root, self.Run = root, ridgeline.Run

    def open_run(self, name, params):
        self.run = self.Run("bench", name=name, params=params, repo=self.root, capture=False)

    def track(self, value, name, step, context):
        self.run.track(value, name=name, step=step, context=context)

    def track_dict(self, values, step):
        self.run.track(values, step=step)

    def close(self):
        self.run.close()

    def index(self):
        """Do what the first reader does; without it the first answer is as right, and takes as much longer."""
        from ridgeline import Repo

        with Repo(self.root) as repo:
            repo.refresh()

    def import_reader(self):
        import numpy
        import numpy.ma  # noqa: F401 - which NumPy itself puts off until the first unique()

        from ridgeline.query.repo import Repo

        self.Repo = Repo

    def list_runs(self):
        repo = self.Repo(self.root)
        runs = repo.runs()
        rows = list(zip(*(column.to_list() for column in runs.columns), strict=True))  # fields and params
        _, series = repo.series()
        last = zip(series.rid.tolist(), series.mid.tolist(), series.summaries.last.tolist(), strict=True)
        assert len(list(last)) == len(rows) * len(workload.series())
        return rows

    def read_loss(self):
        values = self.Repo(self.root).metrics('metric.name == "loss"').to_numpy("value")
        return len(values)


class Trackio:
    requirement = "trackio==0.43.0"

    def __init__(self, root):
        os.environ |= {"TRACKIO_DIR": root, "HF_HUB_OFFLINE": "1"}
        Path(root).mkdir(parents=True, exist_ok=True)
        import trackio

        self.trackio = trackio

    def open_run(self, name, params):
        self.run = self.trackio.init(
            project="bench", name=name, config=params, embed=False, auto_log_gpu=False, auto_log_cpu=False
        )

    def track(self, value, name, step, context):
        self.run.log({workload.flat(name, context or {}): value}, step=step)

    def track_dict(self, values, step):
        self.run.log(values, step=step)

    def close(self):
        self.trackio.finish()

    def index(self):
        """Nothing to do."""

    def import_reader(self):
        import numpy  # noqa: F401
        from trackio.sqlite_storage import SQLiteStorage

        self.storage = SQLiteStorage

    def list_runs(self):
        configs = self.storage.get_all_run_configs("bench")
        result = []
        for run in self.trackio.Api().runs("bench"):
            last = self.storage.get_last_step("bench", run.name, run_id=run.id)
            result.append(
                (
                    run.name,
                    configs[run.id],
                    self.storage.get_snapshot("bench", run.name, step=last, run_id=run.id),
                )
            )
        return result

    def read_loss(self):
        n = 0
        for run in self.trackio.Api().runs("bench"):
            for row in self.storage.get_logs("bench", run.name, run_id=run.id):
                n += sum(key.startswith("loss/") for key in row)
        return n


class Aim:
    requirement = "aim==3.29.1"

    def __init__(self, root):
        Path(root).mkdir(parents=True, exist_ok=True)
        import aim

        self.root, self.aim = root, aim

    def open_run(self, name, params):
        self.run = self.aim.Run(
            repo=self.root,
            experiment="bench",
            system_tracking_interval=None,
            log_system_params=False,
            capture_terminal_logs=False,
        )
        self.run.name = name
        self.run["hparams"] = params

    def track(self, value, name, step, context):
        self.run.track(value, name=name, step=step, context=context)

    def track_dict(self, values, step):
        self.run.track(values, step=step)

    def close(self):
        self.run.close()

    def index(self):
        """Do as `aim storage reindex` does: Aim's own queries see nothing before it."""
        self.aim.Repo(self.root)._recreate_index()  # noqa: SLF001 - there is no public way

    def import_reader(self):
        import numpy  # noqa: F401

    def list_runs(self):
        result = []
        for found in self.aim.Repo(self.root).query_runs("").iter_runs():
            info = found.run.collect_sequence_info(("metric",), skip_last_value=False)["metric"]
            result.append(
                (found.run.name, found.run["hparams"], {m["name"]: m["values"]["last"] for m in info})
            )
        return result

    def read_loss(self):
        n = 0
        for found in self.aim.Repo(self.root).query_metrics("metric.name == 'loss'").iter_runs():
            for metric in found:
                n += len(metric.values.sparse_numpy()[1])
        return n


TRACKERS = {"ridgeline": Ridgeline, "trackio": Trackio, "aim": Aim}
