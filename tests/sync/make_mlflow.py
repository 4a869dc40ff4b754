"""Make a store by MLflow itself: make_mlflow.py TRACKING_URI [RUNS]. Run by a Python that has MLflow."""

import sys

import mlflow
from mlflow import MlflowClient

mlflow.set_tracking_uri(sys.argv[1])
client = MlflowClient()
for number in range(int(sys.argv[2]) if len(sys.argv) > 2 else 3):
    mlflow.set_experiment(f"pos-{number % 2}")
    with mlflow.start_run(run_name=f"Größe {number}") as run:
        mlflow.log_params(
            {"lr": 3e-5 * (number + 1), "optim.name": "adam", "layers": [1, 2], "version": "01"}
        )
        for step in range(20):
            mlflow.log_metrics(
                {
                    "f1_fr": 0.1 * step + number,
                    "eval/f1/de": 0.5,
                    "loss": float("nan") if step == 3 else 2.0 / (step + 1),
                },
                step=step,
            )
        mlflow.log_metric("big", float("inf"), step=0)
        mlflow.set_tags({"lab": "true", "team": "nlp", "mlflow.note.content": "A *note*."})
        mlflow.log_text("hello", "notes/hello.txt")
experiment = client.get_experiment_by_name("pos-0").experiment_id
client.set_terminated(client.create_run(experiment, run_name="killed").info.run_id, "KILLED")
