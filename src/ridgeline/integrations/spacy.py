"""spaCy: a logger that a training's config names; nothing has to be imported, as spaCy finds it by itself.

[training.logger]
@loggers = "ridgeline.Logger.v1"
experiment = "ner"
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any

import spacy

from ridgeline.integrations.session import RunOptions, Session
from ridgeline.record.run import Run

_Step = Callable[[dict[str, Any] | None], None]


def ridgeline_logger(
    experiment: str | None = None,
    name: str | None = None,
    repo: str | None = None,
    tags: list[str] | None = None,
    run_id: str | None = None,
    capture: bool = True,  # noqa: FBT001, FBT002 - given by name, in the config
) -> Callable[..., tuple[_Step, Callable[[], None]]]:
    """Record losses, scores and speed at every evaluation, and the whole config.

    Losses are `loss` with the context {"pipe": "ner"}, scores `ents_f` with {"subset": "dev"}, the final one `score`.

    params: `config`.

    Args:
        experiment: what the run belongs to.
        name: of the run.
        repo: the folder to record into.
        tags: of the run.
        run_id: of the run to go on with.
        capture: whether the surroundings are recorded too.
    """
    options: RunOptions = {
        "experiment": experiment,
        "name": name,
        "repo": repo,
        "tags": tags,
        "run_id": run_id,
        "capture": capture,
    }
    return logger_into(Session(options=options))


def logger_into(session: Session) -> Callable[..., tuple[_Step, Callable[[], None]]]:
    """Return what spaCy calls to set its logger up."""

    # spaCy gives the streams it prints to by place; nothing is printed here.
    def set_up(nlp: Any, *_streams: IO[str]) -> tuple[_Step, Callable[[], None]]:
        session.begin()
        with session.guard("The config could not be read"):
            session.set("config", nlp.config.interpolate())

        def on_step(info: dict[str, Any] | None) -> None:
            if info is not None:
                with session.guard("Metrics could not be recorded"):
                    _record(session, info)

        def on_end() -> None:
            # spaCy calls this when training raised, too, while that is being handled.
            error = session.raised()
            if error is None:
                session.end()
            else:
                session.fail(error)

        return on_step, on_end

    return set_up


def run_logger(run: Run) -> Callable[..., tuple[_Step, Callable[[], None]]]:
    """Return a logger into the program's own run, which stays open."""
    return logger_into(Session(run))


def _record(session: Session, info: dict[str, Any]) -> None:
    step, epoch = info["step"], info["epoch"]
    for pipe, loss in info["losses"].items():
        session.track({"loss": loss}, step=step, epoch=epoch, context={"pipe": pipe})
    session.track({"words": info.get("words"), "score": info.get("score")}, step=step, epoch=epoch)
    session.track(_flat(info.get("other_scores") or {}), step=step, epoch=epoch, context={"subset": "dev"})


def _flat(scores: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    """Return scores that spaCy nests, such as those of each type, as `ents_per_type.PERSON.f`."""
    found: dict[str, Any] = {}
    for name, value in scores.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = value
    return found


spacy.registry.loggers("ridgeline.Logger.v1", func=ridgeline_logger)
