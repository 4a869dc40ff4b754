"""Which value of a parameter holds for a tensor: the source's before the slice's before the recipe's."""

from collections.abc import Sequence

from ridgeline.merge.method import Method, Parameter, Setting, Settings
from ridgeline.merge.recipe.document import Parameters, Source
from ridgeline.merge.recipe.values import at_tensor


def settings_for(
    method: Method, sources: Sequence[Source], shared: Sequence[Parameters], tensor: str, t: float
) -> Settings:
    """Return the settings of one tensor.

    Args:
        method: of the merge.
        sources: the models, without the base.
        shared: parameters that hold for all of them, the nearest first: those of the slice, then those of the recipe.
        tensor: its name.
        t: how far down the layers of its slice it is, in [0, 1].

    Returns:
        What the method takes; where a filter fits no tensor, the next place counts, and then the default.
    """
    common: dict[str, Setting] = {}
    each: dict[str, Sequence[Setting]] = {}
    for one in method.parameters:
        value = _first(one, shared, tensor, t)
        own = [_first(one, [source.parameters], tensor, t) for source in sources]
        if one.per_model and any(given is not None for given in own):
            fallback = one.default if value is None else value
            found = [fallback if given is None else given for given in own]
            known = [given for given in found if given is not None]
            if len(known) == len(found):
                each[one.name] = known
        else:
            given = next((given for given in own if given is not None), value)
            if given is not None:
                common[one.name] = given
    return Settings(common, each)


def _first(one: Parameter, places: Sequence[Parameters], tensor: str, t: float) -> Setting | None:
    for place in places:
        if one.name in place.values:
            found = at_tensor(place.values[one.name], tensor, t)
            if found is not None:
                return found
    return None
