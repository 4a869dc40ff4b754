"""Hugging Face Transformers: record all that a `Trainer` logs.

from ridgeline.integrations.transformers import RidgelineCallback

trainer = Trainer(model, args, train_dataset=train, callbacks=[RidgelineCallback(experiment="pos")])
trainer.train()
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transformers import TrainerCallback

from ridgeline.integrations.session import Integration

# The Trainer adds these to what it logs once at the end of a training: of the training, not of its last step.
_OF_THE_TRAINING = "train_"
_RUNTIME = "_runtime"


class RidgelineCallback(Integration, TrainerCallback):
    """Record arguments, the model's configuration, and every number that the Trainer logs.

    `eval_f1` becomes `f1` with the context {"subset": "eval"}; with several evaluation sets, `eval_fr_f1` becomes `f1` with
    {"subset": "eval", "dataset": "fr"}. What is logged while training has {"subset": "train"}. Of several processes only
    the first records. What is evaluated after the training goes into the same run.

    params: `hparams` (the arguments), `model` (the configuration, with `name`, `n_params` and `n_trainable`).

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    _training = False

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        if not state.is_world_process_zero:
            return
        self._training = True
        session = self.session
        session.begin()
        session.name_it(args.run_name if args.run_name != args.output_dir else None)
        with session.guard("The arguments could not be read"):
            session.set("hparams", args.to_dict())
        with session.guard("The model's configuration could not be read"):
            session.set("model", describe_model(model))

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **kwargs: Any
    ) -> None:
        if state.is_world_process_zero and logs:
            self._record(logs, state)

    def on_predict(self, args: Any, state: Any, control: Any, metrics: dict[str, Any], **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self._record(metrics, state)
            self._end()

    def on_evaluate(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self._end()

    def on_train_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
        if state.is_world_process_zero:
            self._training = False
            self._end()

    def _record(self, logs: Mapping[str, Any], state: Any) -> None:
        epoch = logs.get("epoch", state.epoch)
        values = {name: value for name, value in logs.items() if name != "epoch"}
        context, named = name_metrics(values)
        self.session.track(named, step=state.global_step, epoch=epoch, context=context)

    def _end(self) -> None:
        """Evaluations in the midst of training end nothing."""
        if not self._training:
            self.session.end()


def name_metrics(logs: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, Any]]:
    """Return the context of what is logged together, and the values under their names in it.

    An evaluation logs its runtime under its own prefix, so the prefix of all the others is known, whatever it is called.
    """
    prefixes = [name.removesuffix(_RUNTIME) for name in logs if name.endswith(_RUNTIME)]
    for prefix in sorted(prefixes, key=len):
        if all(name.startswith(f"{prefix}_") for name in logs if name != "total_flos"):
            named = {name.removeprefix(f"{prefix}_"): value for name, value in logs.items()}
            if f"{prefix}_" == _OF_THE_TRAINING and "loss" in named:
                named["loss_mean"] = named.pop("loss")  # over all steps: no point of the curve of `loss`
            subset, _, dataset = prefix.partition("_")
            return {"subset": subset} | ({"dataset": dataset} if dataset else {}), named
    return {"subset": "train"}, dict(logs)


def describe_model(model: Any) -> dict[str, Any]:
    """Return what a model says of itself: its configuration, the name of its card, and how many weights it has."""
    config = getattr(model, "config", None)
    found: dict[str, Any] = dict(config.to_dict()) if config is not None else {}
    found.pop("_name_or_path", None)
    found["class"] = type(model).__name__
    found["name"] = getattr(config, "_name_or_path", "") or getattr(model, "name_or_path", "") or None
    if hasattr(model, "parameters"):
        sizes = [(weight.numel(), weight.requires_grad) for weight in model.parameters()]
        found["n_params"] = sum(size for size, _ in sizes)
        found["n_trainable"] = sum(size for size, trainable in sizes if trainable)
    return found
