"""What MLflow takes as keys and values, with its own words where it does not."""

import posixpath
import re
from functools import lru_cache

from ridgeline.server.mlflow.errors import MlflowError
from ridgeline.server.mlflow.fields import invalid

MAX_KEY_CHARS = 250
MAX_PARAM_CHARS = 6000
MAX_TAG_CHARS = 8000
MAX_EXPERIMENT_NAME_CHARS = 500
MAX_EXPERIMENT_TAG_CHARS = 20_000
MAX_BATCH_METRICS = 1000
MAX_BATCH_PARAMS = 100
MAX_BATCH_TAGS = 100
MAX_BATCH_ALL = 1000
MAX_RESULTS = 50_000
_KEY = re.compile(r"[/\w.\- :]*")


@lru_cache(maxsize=1 << 14)
def check_key(key: str, parameter: str) -> None:
    """Make sure that a text can name a metric, param or tag.

    Raises:
        MlflowError: It cannot.
    """
    if _KEY.fullmatch(key) is None:
        why = (
            "Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and"
            " slashes (/)."
        )
        raise MlflowError(invalid(parameter, key, why))
    plain = posixpath.normpath(key)
    if plain != key or plain == "." or plain.startswith(("..", "/")):
        why = (
            "Names may be treated as files in certain cases, and must not resolve to other names when treated as such."
            f" This name would resolve to {plain!r}"
        )
        raise MlflowError(invalid(parameter, key, why))


def check_length(what: str, limit: int, value: str) -> None:
    """Make sure that a text is not too long.

    Raises:
        MlflowError: It is.
    """
    if len(value) > limit:
        raise MlflowError(f"'{what}' exceeds the maximum length of {limit} characters")


def check_param(key: str, value: str, path: str = "") -> tuple[str, str]:
    """Return a param as it is kept: a long value is cut, as MLflow does.

    Raises:
        MlflowError: The key cannot be.
    """
    check_key(key, path + "key")
    check_length("Param key", MAX_KEY_CHARS, key)
    return key, value[:MAX_PARAM_CHARS]


def check_tag(key: str, value: str, path: str = "") -> tuple[str, str]:
    """Return a tag of a run as it is kept: a long value is cut, as MLflow does.

    Raises:
        MlflowError: The key cannot be.
    """
    check_key(key, path + "key")
    check_length(path + "key", MAX_KEY_CHARS, key)
    return key, value[:MAX_TAG_CHARS]


def check_experiment_tag(key: str, value: str) -> None:
    """Make sure that a tag of an experiment can be.

    Raises:
        MlflowError: It cannot.
    """
    check_key(key, "key")
    check_length("key", MAX_KEY_CHARS, key)
    check_length("value", MAX_EXPERIMENT_TAG_CHARS, value)


def check_experiment_name(name: str) -> None:
    """Make sure that a text can name an experiment.

    Raises:
        MlflowError: It cannot.
    """
    if not name:
        raise MlflowError(f"Invalid experiment name: '{name}'")
    check_length("name", MAX_EXPERIMENT_NAME_CHARS, name)


def check_batch(n_metrics: int, n_params: int, n_tags: int) -> None:
    """Make sure that a batch is not too large.

    Raises:
        MlflowError: It is.
    """
    counts = (
        ("metrics", MAX_BATCH_METRICS, n_metrics),
        ("params", MAX_BATCH_PARAMS, n_params),
        ("tags", MAX_BATCH_TAGS, n_tags),
        ("metrics, params, and tags", MAX_BATCH_ALL, n_metrics + n_params + n_tags),
    )
    for what, limit, n in counts:
        if n > limit:
            raise MlflowError(
                f"A batch logging request can contain at most {limit} {what}. Got {n} {what}. Please split up {what}"
                " across multiple requests and try again."
            )


def check_max_results(n: int, most: int = MAX_RESULTS) -> int:
    """Return how many results to give at most.

    Raises:
        MlflowError: It is less than 1, or too many.
    """
    if n < 1:
        raise MlflowError(f"{invalid('max_results', n)} It must be a positive integer")
    if n > most:
        raise MlflowError(invalid("max_results", n, f"It must be at most {most}"))
    return n
