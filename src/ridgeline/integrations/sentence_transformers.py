"""Sentence Transformers: record what a SentenceTransformerTrainer logs, and what the model is made of.

from ridgeline.integrations.sentence_transformers import RidgelineCallback

trainer = SentenceTransformerTrainer(model, args, train, loss=loss, callbacks=[RidgelineCallback(experiment="sts")])
trainer.train()
"""

from __future__ import annotations

from typing import Any

from ridgeline.integrations import transformers


class RidgelineCallback(transformers.RidgelineCallback):
    """Record what the callback for transformers does, and the modules of the model.

    params: also `model.modules` (their names), `model.max_seq_length`, `model.similarity` and `model.dimension`.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run`.
    """

    def on_train_begin(self, args: Any, state: Any, control: Any, model: Any = None, **kwargs: Any) -> None:
        super().on_train_begin(args, state, control, model=model, **kwargs)
        session = self.session
        if state.is_world_process_zero:
            with session.guard("The modules of the model could not be read"):
                session.set("model.modules", [type(module).__name__ for module in model.children()])
                session.set("model.max_seq_length", getattr(model, "max_seq_length", None))
                session.set("model.similarity", getattr(model, "similarity_fn_name", None))
                session.set("model.dimension", _dimension(model))


def _dimension(model: Any) -> int | None:
    for name in (
        "get_embedding_dimension",
        "get_sentence_embedding_dimension",
    ):  # its newer and its older name
        if hasattr(model, name):
            found = getattr(model, name)()
            return None if found is None else int(found)
    return None
