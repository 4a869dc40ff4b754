"""What every integration stands on: the run it records into, and the promise that training goes on whatever happens."""

import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypedDict, Unpack

from ridgeline.core.errors import InputError, did_you_mean
from ridgeline.log.events import EndStatus
from ridgeline.log.layout import resolve_repo
from ridgeline.record.boundary import Boundary, Guard
from ridgeline.record.capture.options import Capture, check_capture
from ridgeline.record.describe import describe
from ridgeline.record.run import Run, checked_params
from ridgeline.record.tags import check_tags
from ridgeline.record.tracked import TrackedObject

Context = Mapping[str, str | int | float | bool]


class RunOptions(TypedDict, total=False):
    """The arguments of `ridgeline.Run`, for an integration that opens a run of its own."""

    experiment: str | None
    name: str | None
    params: Any
    tags: Iterable[str] | None
    repo: str | Path | None
    run_id: str | None
    capture: bool | Capture


class Session:
    """The run that an integration records into.

    The program's own run stays open. A run of the session's own is opened by what is first recorded, ended by `end`, and
    opened again by what comes after that, such as an evaluation of the trained model. Left open, because training raised
    and nobody told, it ends as failed.

    Nothing here raises once training has begun: what fails is counted as a warning of the run and warned of once.

    Args:
        run: the program's own; None opens one.
        options: the arguments of `ridgeline.Run`; None together with `run`.

    Raises:
        InputError: an option is wrong, or there are both.
    """

    def __init__(self, run: Run | None = None, options: RunOptions | None = None) -> None:
        self._options: RunOptions = options or {}
        _check(run, self._options)
        self._given = run
        self._own: Run | None = None
        self._before = Boundary("not open yet")
        self._handled: BaseException | None = None
        self.holding = False

    @property
    def run(self) -> Run:
        """The run, opened now if it is not."""
        if self._given is not None:
            return self._given
        if self._own is None:
            self._own = Run(**self._options)
        elif self._own.status != "running":
            self._own = Run(repo=self._own.repo, run_id=self._own.id, capture=False)
        return self._own

    @property
    def owns_name(self) -> bool:
        """Whether the run is the session's own and the program has not named it."""
        return self._given is None and not self._options.get("name")

    def guard(self, doing: str) -> Guard:
        """Return a context manager that turns a failure of its block into a warning; `doing` opens the message."""
        known = self._given or self._own
        if known is None:
            return self._before.guard("integration-failed", doing)
        return known.guard("integration-failed", doing)

    def begin(self) -> None:
        """Note that training begins: a run that is left open from here on has failed."""
        self._handled = sys.exc_info()[1]
        with self.guard("The run could not be opened"):
            run = self.run
            if self._given is None:
                run.left_as = "failed"

    def name_it(self, name: str | None) -> None:
        """Name a run of the session's own that the program has not named."""
        if name and self.owns_name:
            with self.guard("The run could not be named"):
                self.run.name = str(name)

    def set(self, address: str, value: Any) -> None:
        """Set params; what has no plain form is told by its text."""
        with self.guard(f"The params {address!r} could not be recorded"):
            self.run[address] = describe(value)

    def track(
        self,
        values: Mapping[str, Any],
        *,
        step: int | None = None,
        epoch: float | None = None,
        context: Context | None = None,
    ) -> None:
        """Record those of the values that are numbers or objects; words, lists and None are left out."""
        with self.guard("Metrics could not be recorded"):
            found = {str(name): value for name, value in values.items() if _is_value(value)}
            if found:
                self.run.track(
                    found, step=None if step is None else int(step), epoch=epoch, context=context or None
                )

    def end(self, status: EndStatus = "finished") -> None:
        """End a run of the session's own, unless a `with` block holds it open."""
        if self._own is not None and not self.holding:
            with self.guard("The run could not be ended"):
                self._own.close(status)

    def raised(self) -> BaseException | None:
        """Return the exception that is being handled, unless it already was when training began: a second attempt."""
        error = sys.exc_info()[1]
        return None if error is self._handled else error

    def fail(self, error: BaseException) -> None:
        """End a run of the session's own as this exception ends it, with its traceback."""
        if self._own is not None and not self.holding:
            with self.guard("The run could not be ended"):
                self._own.__exit__(type(error), error, error.__traceback__)

    def __reduce__(self) -> tuple[Any, ...]:
        # A framework may copy its callbacks, or send them to workers: a run of its own is one for each.
        return Session, (self._given, dict(self._options) or None)


class Integration:
    """What all integrations share: how the run is given, and a `with` block that ends it.

    In a `with` block the run is open until the block ends, and failed when the block raises.
    Without one it ends when the framework says that training has.

    Args:
        run: the program's own run, which stays open; None opens one.
        options: the arguments of `ridgeline.Run` for that one.

    Raises:
        InputError: an option is wrong, or there are both.

    Attributes:
        session: what is recorded through; `session.run` is the run.
    """

    session: Session

    def __init__(self, run: Run | None = None, **options: Unpack[RunOptions]) -> None:
        self.session = Session(run, options)
        super().__init__()

    def __enter__(self) -> Self:
        self.session.begin()
        self.session.holding = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.session.holding = False
        if error is None:
            self.session.end()
        else:
            self.session.fail(error)


def _check(run: Any, options: RunOptions) -> None:
    """Refuse now what opening the run would refuse in the midst of training."""
    if run is not None and not isinstance(run, Run):
        raise InputError(
            f"run= takes a ridgeline.Run, not a {type(run).__module__}.{type(run).__qualname__}.",
            "integration-run",
        )
    if run is not None and options:
        raise InputError(
            f"Give run=, or {', '.join(f'{name}=' for name in options)} for a run that the integration opens; not both.",
            "integration-run",
        )
    known = RunOptions.__annotations__
    for name in options:
        if name not in known:
            raise InputError(
                f"There is no option {name!r}.{did_you_mean(name, known)} The options are run, {', '.join(known)}.",
                "integration-option",
            )
    if run is None:
        resolve_repo(options.get("repo"), for_writing=True)
    checked_params(options.get("params"))
    check_tags(options.get("tags"))
    check_capture(options.get("capture", True))


def _is_value(value: Any) -> bool:
    """Say whether `track` takes it: a number, an array or tensor of one, or an object."""
    if isinstance(value, TrackedObject):
        return True
    if isinstance(value, str) or not hasattr(value, "__float__"):
        return False
    return (
        getattr(value, "size", 1) == 1 if not callable(getattr(value, "numel", None)) else value.numel() == 1
    )
