import pytest
from needed import need

need("torch", "transformers", "accelerate")

import torch
from transformers import (
    BertConfig,
    BertForSequenceClassification,
    Trainer,
    TrainerCallback,
    TrainingArguments,
)

from ridgeline import Repo
from ridgeline.integrations.transformers import RidgelineCallback, name_metrics
from ridgeline.testing.integration_suite import IntegrationSuite, TrainingFailed

ROWS = [{"input_ids": [i % 7, 3, 4], "attention_mask": [1, 1, 1], "labels": i % 2} for i in range(8)]


def tiny_model():
    config = BertConfig(
        vocab_size=16,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=8,
        max_position_embeddings=8,
    )
    torch.manual_seed(0)
    return BertForSequenceClassification(config)


def arguments(folder, **more):
    return TrainingArguments(
        output_dir=str(folder / "out"),
        max_steps=4,
        per_device_train_batch_size=2,
        logging_steps=1,
        eval_strategy="steps",
        eval_steps=2,
        save_strategy="no",
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
        learning_rate=0.01,
        **more,
    )


class Failing(TrainerCallback):
    def on_step_end(self, args, state, control, **kwargs):
        if state.global_step == 2:
            raise TrainingFailed


def f1(prediction):
    return {"f1": float((prediction.predictions.argmax(-1) == prediction.label_ids).mean())}


def trainer(folder, callback, *, failing=False, eval_dataset=ROWS, **more):
    return Trainer(
        tiny_model(),
        arguments(folder, **more),
        train_dataset=ROWS,
        eval_dataset=eval_dataset,
        compute_metrics=f1,
        callbacks=[callback, *([Failing()] if failing else [])],
    )


class TestTransformers(IntegrationSuite):
    module = "ridgeline.integrations.transformers"
    framework = "transformers"
    context = {"subset": "train"}
    params = {
        "hparams.learning_rate": 0.01,
        "model.hidden_size": 8,
        "model.class": "BertForSequenceClassification",
    }

    def train(self, run, repo, *, failing):
        callback = RidgelineCallback(run) if run else RidgelineCallback(repo=repo, capture=False)
        trainer(repo, callback, failing=failing).train()


@pytest.fixture
def callback(tmp_path):
    return RidgelineCallback(repo=tmp_path, capture=False)


def only_run(repo):
    (view,) = Repo(repo).runs()
    return view


def series(view):
    return {(metric.name, metric.context["subset"]): metric for metric in view.metrics}


def test_evaluations_are_told_from_training_by_context(callback, tmp_path):
    trainer(tmp_path, callback, run_name="first").train()
    view = only_run(tmp_path)
    found = series(view)
    assert view.name == "first"
    assert (found["loss", "train"].n, found["loss", "train"].step_first) == (4, 1)
    assert (found["f1", "eval"].n, found["f1", "eval"].step_first) == (2, 2)
    assert found["loss_mean", "train"].n == 1
    assert found["loss", "train"].epoch_last == 1.0
    assert not [name for name, _ in found if name.startswith(("eval_", "train_"))]


def test_the_model_is_counted(callback, tmp_path):
    training = trainer(tmp_path, callback)
    training.model.bert.requires_grad_(requires_grad=False)
    training.train()
    view = only_run(tmp_path)
    assert view["model.n_params"] == sum(weight.numel() for weight in training.model.parameters())
    assert view["model.n_trainable"] == sum(
        weight.numel() for weight in training.model.classifier.parameters()
    )


def test_what_is_evaluated_later_goes_into_the_same_run(callback, tmp_path):
    training = trainer(tmp_path, callback)
    training.train()
    training.evaluate(metric_key_prefix="dev")
    training.predict(ROWS)
    view = only_run(tmp_path)
    found = series(view)
    assert view.status == "finished"
    assert found["f1", "dev"].step_last == 4
    assert found["f1", "test"].step_last == 4


def test_several_evaluation_sets_are_told_by_their_names(callback, tmp_path):
    trainer(tmp_path, callback, eval_dataset={"fr": ROWS[:4], "de_at": ROWS[4:]}).train()
    datasets = {
        metric.context["dataset"]
        for metric in only_run(tmp_path).metrics
        if metric.name == "f1" and metric.context["subset"] == "eval"
    }
    assert datasets == {"fr", "de_at"}


@pytest.mark.parametrize(
    ("logs", "context", "names"),
    [
        ({"loss": 1, "grad_norm": 2}, {"subset": "train"}, {"loss", "grad_norm"}),
        ({"eval_loss": 1, "eval_runtime": 2}, {"subset": "eval"}, {"loss", "runtime"}),
        (
            {"train_loss": 1, "train_runtime": 2, "total_flos": 3},
            {"subset": "train"},
            {"loss_mean", "runtime", "total_flos"},
        ),
        ({"gpu_runtime": 1, "loss": 2}, {"subset": "train"}, {"gpu_runtime", "loss"}),
    ],
)
def test_names(logs, context, names):
    found, values = name_metrics(logs)
    assert (found, set(values)) == (context, names)
