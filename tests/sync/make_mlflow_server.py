"""Record what MLflow's own server answers: make_mlflow_server.py PYTHON_WITH_MLFLOW OUT. Run by a Python that has ridgeline."""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "mlflow"))
from replayed import A_PAGE, POINTS_A_PAGE, serving

from ridgeline.sync.context_patterns import ContextPatterns
from ridgeline.sync.mlflow import rest, rest_pages
from ridgeline.sync.mlflow.client import Client, Login
from ridgeline.sync.mlflow.rest import RestStore
from ridgeline.sync.mlflow.store import MlflowSource, Selection

PORT = 5731
FILL = """
import math, sys, mlflow
from mlflow import MlflowClient
mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
first, second, gone = (client.create_experiment(name) for name in ("first", "second", "gone"))
for number, experiment in enumerate((first, first, first, second)):
    with mlflow.start_run(experiment_id=experiment, run_name=f"run {number}") as run:
        mlflow.log_params({"lr": 0.1 * (number + 1), "optim.name": "adam"})
        for step in range(20):
            mlflow.log_metric("eval/f1", math.nan if step == 2 else math.inf if step == 3 else step / 10, step=step)
        mlflow.log_metric("no step", 1.5)
        mlflow.set_tags({"lab": "true", "mlflow.note.content": "A *note*."})
        mlflow.log_text("hello", "notes/deep/hello.txt")
        if number == 1:
            mlflow.log_input(mlflow.data.from_numpy(__import__("numpy").eye(2), name="eye"))
            class Echo(mlflow.pyfunc.PythonModel):
                def predict(self, context, model_input: list[str]) -> list[str]:
                    return model_input
            info = mlflow.pyfunc.log_model(
                name="echo", python_model=Echo(), registered_model_name="Echo", pip_requirements=[]
            )
            with mlflow.start_run(experiment_id=experiment, nested=True, run_name="child"):
                mlflow.log_metric("a", -1e308 * 10, step=-5)
client.set_registered_model_alias("Echo", "champion", "1")
client.set_terminated(client.create_run(second, run_name="killed").info.run_id, "KILLED")
client.delete_run(client.create_run(second, run_name="deleted").info.run_id)
client.log_metric(client.create_run(second, run_name="still").info.run_id, "loss", 0.5, step=1)
client.create_run(gone, run_name="of a deleted experiment")
client.delete_experiment(gone)
"""


def main(python, out):
    rest_pages._A_PAGE, rest._POINTS_A_PAGE = A_PAGE, POINTS_A_PAGE
    with tempfile.TemporaryDirectory() as folder:
        store = [
            "--backend-store-uri",
            f"sqlite:///{folder}/mlflow.db",
            "--artifacts-destination",
            f"{folder}/files",
        ]
        command = [
            python,
            "-m",
            "mlflow",
            "server",
            "--host",
            "127.0.0.1",
            "--port",
            str(PORT),
            "--workers",
            "1",
            *store,
        ]
        server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait(f"http://127.0.0.1:{PORT}/health")
            url = f"http://127.0.0.1:{PORT}"
            subprocess.run(
                [python, "-c", FILL, url],
                cwd=folder,
                check=True,
                env=os.environ | {"GIT_PYTHON_REFRESH": "quiet"},
            )
            answers = {}
            with serving(answers, record_from=url) as recorder:
                source = MlflowSource(
                    RestStore(Client(recorder.address, Login())),
                    ContextPatterns(()),
                    Selection(copy_artifacts=True),
                )
                for run_id in source.listed():
                    for run in source.read(run_id):
                        for artifact in run.artifacts:
                            artifact.copy(Reader())
                source.close()
        finally:
            server.terminate()
            server.wait()
    Path(out).write_text(json.dumps(answers, indent=0, sort_keys=True) + "\n")


class Reader:
    """Takes the bytes of a file, and keeps none."""

    def put_pieces(self, pieces):
        return str(sum(map(len, pieces)))


def wait(url):
    for _ in range(600):
        try:
            urllib.request.urlopen(url).read()
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit(f"nothing at {url}")


if __name__ == "__main__":
    main(*sys.argv[1:])
