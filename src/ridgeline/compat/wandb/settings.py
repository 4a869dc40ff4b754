"""`wandb.config` and `wandb.summary`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping
from pathlib import Path
from typing import Any

import yaml

Recorder = Callable[[str, Any], None]


class Config(MutableMapping[str, Any]):
    """Settings, by item or by attribute; each is recorded as a param."""

    def __init__(self, record: Recorder, held: Mapping[str, Any]) -> None:
        object.__setattr__(self, "_values", dict(held))
        object.__setattr__(self, "_record", record)

    _values: dict[str, Any]
    _record: Recorder

    def __getitem__(self, key: str) -> Any:
        return self._values[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._values[key] = value
        self._record(key, value)

    def __delitem__(self, key: str) -> None:
        raise TypeError("A setting of W&B's config stays; give it another value.")

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        raise AttributeError(
            f"The config has no {name!r}; it has {', '.join(self._values) or 'nothing yet'}."
        )

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def update(self, other: Any = (), /, allow_val_change: bool | None = None, **more: Any) -> None:
        """Set what a dict, a Namespace or a YAML file holds."""
        for key, value in {**read_config(other), **more}.items():
            self[key] = value

    def setdefaults(self, defaults: Any) -> None:
        """Set what is not set yet."""
        for key, value in read_config(defaults).items():
            if key not in self._values:
                self[key] = value

    def as_dict(self) -> dict[str, Any]:
        return dict(self._values)

    def __repr__(self) -> str:
        return repr(self._values)


class Summary(MutableMapping[str, Any]):
    """The last value of each metric, and what the script puts in its place, which is recorded as a param."""

    def __init__(self, record: Recorder) -> None:
        object.__setattr__(self, "_last", {})
        object.__setattr__(self, "_own", {})
        object.__setattr__(self, "_record", record)

    _last: dict[str, Any]
    _own: dict[str, Any]
    _record: Recorder

    def logged(self, name: str, value: Any, kinds: frozenset[str]) -> None:
        """Take in a number that was logged; `kinds` are those of `define_metric(summary=…)`."""
        earlier = self._last.get(name)
        if not kinds:
            self._last[name] = value
            return
        kept = dict(earlier) if isinstance(earlier, dict) else {}
        found = {
            "last": value,
            "min": min(value, kept.get("min", value)),
            "max": max(value, kept.get("max", value)),
        }
        self._last[name] = {kind: found[kind] for kind in ("min", "max", "last") if kind in kinds}

    def __getitem__(self, key: str) -> Any:
        if key in self._own:
            return self._own[key]
        if key in self._last:
            return self._last[key]
        name, _, kind = key.rpartition(".")
        return self._last[name][kind]

    def __setitem__(self, key: str, value: Any) -> None:
        self._own[key] = value
        self._record(key, value)

    def __delitem__(self, key: str) -> None:
        raise TypeError("A value of W&B's summary stays; give it another one.")

    def __iter__(self) -> Iterator[str]:
        return iter({**self._last, **self._own})

    def __len__(self) -> int:
        return len({**self._last, **self._own})

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"The summary has no {name!r}.") from None

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value


def read_config(given: Any) -> dict[str, Any]:
    """Return settings as a dict: of a dict, a Namespace, a dataclass's or object's attributes, or the path of a YAML file."""
    if not given:
        return {}
    if isinstance(given, str | Path):
        tree = yaml.safe_load(Path(given).read_text("utf-8")) or {}
        # W&B's own files keep each value beside its description.
        return {
            key: value["value"] if isinstance(value, dict) and "value" in value else value
            for key, value in tree.items()
        }
    if isinstance(given, Mapping):
        return {str(key): value for key, value in given.items()}
    return dict(vars(given))
