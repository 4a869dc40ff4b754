import pytest

from ridgeline.core.errors import (
    InputError,
    NotFoundError,
    QueryError,
    RidgelineError,
    StorageError,
    did_you_mean,
)


@pytest.mark.parametrize(
    ("error", "also"),
    [
        (InputError, ValueError),
        (NotFoundError, KeyError),
        (NotFoundError, InputError),
        (StorageError, OSError),
    ],
)
def test_errors_are_what_python_users_catch(error, also):
    with pytest.raises(also) as caught:
        raise error("No run 'x'.", "run-not-found")
    assert isinstance(caught.value, RidgelineError)
    assert str(caught.value) == "No run 'x'. [run-not-found]"
    assert (caught.value.message, caught.value.slug) == ("No run 'x'.", "run-not-found")


def test_a_query_error_points_at_its_place():
    error = QueryError("unknown name 'rum'", "name-unknown", "rum.lr > 1", (0, 3))
    assert str(error).splitlines()[1:] == ["  rum.lr > 1", "  ^^^ [name-unknown]"]


def test_the_nearest_known_word_is_proposed():
    assert did_you_mean("resnet-7", ["resnet-1", "bert"]) == " Did you mean 'resnet-1'?"
    assert did_you_mean("zzz", ["resnet-1"]) == ""
