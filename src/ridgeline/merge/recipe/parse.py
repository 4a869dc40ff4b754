"""From YAML to a recipe: the keys that mergekit knows, and `seed`. All mistakes are found, not the first alone."""

from collections.abc import Iterable, Mapping, Sequence

from ridgeline.core.errors import InputError, RidgelineError
from ridgeline.merge.method import Method
from ridgeline.merge.methods import METHODS, find_method
from ridgeline.merge.recipe.document import Parameters, Recipe, Slice, Source
from ridgeline.merge.recipe.nodes import Mistakes, Node, known_keys, parse_yaml
from ridgeline.merge.recipe.tokenizer_rules import read_tokenizer
from ridgeline.merge.recipe.values import read_parameters
from ridgeline.merge.tensors.dtypes import float_dtype

_TOP = (
    *("merge_method", "base_model", "models", "slices", "parameters", "dtype", "out_dtype"),
    *("tokenizer", "tokenizer_source", "chat_template", "seed"),
)
_ELSEWHERE = {
    "modules": "Recipes of several modules are not supported; merge each part by a recipe of its own.",
    "arcee_fusion": "arcee_fusion is not supported: its threshold comes from approximate quantiles.",
}


def parse_recipe(text: str, name: str = "recipe.yaml") -> Recipe:
    """Read a recipe.

    Args:
        text: YAML, as mergekit has it.
        name: what messages call it.

    Returns:
        What it says; models are not looked for yet.

    Raises:
        InputError: something is wrong with it; the message has all mistakes, with their lines.
    """
    mistakes = Mistakes()
    root = parse_yaml(text, mistakes)
    recipe = _recipe(root, text, name, mistakes) if root is not None else None
    raise_mistakes(mistakes, name)
    assert recipe is not None, "what cannot be read is a mistake"
    return recipe


def raise_mistakes(mistakes: Mistakes, name: str) -> None:
    """Raise what was found, if anything was."""
    if mistakes.found:
        count = len(set(mistakes.found))
        raise InputError(
            f"'{name}' has {count} mistake{'s' if count > 1 else ''}:\n{mistakes.told(name)}\n",
            "merge-recipe",
        )


def _recipe(root: Node, text: str, name: str, mistakes: Mistakes) -> Recipe | None:
    if not isinstance(root.value, Mapping):
        mistakes.add(
            root.line, f"A recipe is a table of keys such as merge_method and models; this is {root.kind}."
        )
        return None
    top = root.value
    known_keys(top, (*_TOP, "modules"), mistakes)
    if "modules" in top:
        mistakes.add(top["modules"].line, _ELSEWHERE["modules"])
    method = _method(top.get("merge_method"), root.line, mistakes)
    slices = _slices(root, method, mistakes)
    parameters = read_parameters(top.get("parameters"), method, mistakes)
    base = _text(top.get("base_model"), "base_model", mistakes)
    if (
        method is not None
        and method.base == "required"
        and base is None
        and not all(part.base_model for part in slices)
    ):
        mistakes.add(root.line, f"{method.name} needs a base_model, and none is named.")
    _settings_that_lack(method, slices, parameters, base, mistakes)
    return Recipe(
        name=name,
        text=text,
        method=method.name if method is not None else "",
        base_model=base,
        slices=slices,
        whole="models" in top,
        parameters=parameters,
        dtype=_dtype(top, mistakes),
        tokenizer=read_tokenizer(top, mistakes),
        chat_template=_text(top.get("chat_template"), "chat_template", mistakes),
        seed=_seed(top.get("seed"), mistakes),
        lines={key: node.line for key, node in top.items()},
    )


def _method(node: Node | None, line: int, mistakes: Mistakes) -> Method | None:
    name = _text(node, "merge_method", mistakes)
    if node is None:
        mistakes.add(line, f"There is no merge_method. It is one of {', '.join(METHODS)}.")
    if name is None or node is None:
        return None
    try:
        return find_method(name)
    except RidgelineError as error:
        mistakes.add(node.line, _ELSEWHERE.get(name, error.message))
        return None


def _slices(root: Node, method: Method | None, mistakes: Mistakes) -> tuple[Slice, ...]:
    assert isinstance(root.value, Mapping), "looked at before"
    given = [key for key in ("models", "slices") if key in root.value]
    if len(given) != 1:
        if "modules" not in root.value:
            said = "both models and slices" if given else "neither models nor slices"
            mistakes.add(root.line, f"A recipe has models, or slices of layers; this has {said}.")
        return ()
    node = root.value[given[0]]
    if given[0] == "models":
        sources = [
            _source(one, method, ("model", "parameters"), mistakes) for one in _list(node, "models", mistakes)
        ]
        return (Slice(tuple(one for one in sources if one), Parameters(), node.line),)
    return tuple(_slice(one, method, mistakes) for one in _list(node, "slices", mistakes))


def _slice(node: Node, method: Method | None, mistakes: Mistakes) -> Slice:
    table = _table(node, "A slice", ("sources", "base_model", "parameters", "residual_weight"), mistakes)
    if "residual_weight" in table:
        mistakes.add(table["residual_weight"].line, "residual_weight is not supported; take it out.")
    if "sources" not in table:
        mistakes.add(node.line, "This slice has no sources.")
    listed = _list(table["sources"], "sources", mistakes) if "sources" in table else []
    sources = [_source(one, method, ("model", "layer_range", "parameters"), mistakes) for one in listed]
    found = tuple(one for one in sources if one is not None)
    counts = sorted({one.layers[1] - one.layers[0] for one in found if one.layers is not None})
    if len(counts) > 1:
        said = ", ".join(str(count) for count in counts)
        mistakes.add(node.line, f"The sources of this slice have different numbers of layers: {said}.")
    return Slice(
        found,
        read_parameters(table.get("parameters"), method, mistakes),
        node.line,
        _text(table.get("base_model"), "base_model", mistakes),
    )


def _source(node: Node, method: Method | None, keys: Sequence[str], mistakes: Mistakes) -> Source | None:
    if isinstance(node.value, str):
        mistakes.add(node.line, f"Write this model as a key: '- model: {node.value}'.")
        return None
    table = _table(node, "A model of the list", keys, mistakes)
    layers = None
    if "layer_range" in keys:
        layers = _layer_range(table.get("layer_range"), node.line, mistakes)
    if "model" not in table:
        mistakes.add(node.line, "This entry of the list has no model.")
    model = _text(table.get("model"), "model", mistakes)
    parameters = read_parameters(table.get("parameters"), method, mistakes)
    return None if model is None else Source(model, parameters, node.line, layers)


def _layer_range(node: Node | None, line: int, mistakes: Mistakes) -> tuple[int, int] | None:
    wanted = (
        "a layer_range is two whole numbers: the first layer, and the one after the last, such as [0, 16]"
    )
    if node is None:
        mistakes.add(line, f"A source of a slice has a layer_range; {wanted}.")
        return None
    if isinstance(node.value, list):
        ends = [one.value for one in node.value]
        if len(ends) == 2 and all(type(end) is int for end in ends) and 0 <= ends[0] < ends[1]:
            return ends[0], ends[1]
    mistakes.add(node.line, f"{wanted[0].upper()}{wanted[1:]}.")
    return None


def _settings_that_lack(
    method: Method | None, slices: Iterable[Slice], shared: Parameters, base: str | None, mistakes: Mistakes
) -> None:
    """Find parameters without a default that no place gives."""
    if method is None:
        return
    for one in method.parameters:
        if one.default is not None or one.name in shared.values:
            continue
        for part in slices:
            lacking = [
                source
                for source in part.sources
                if one.name not in source.parameters.values
                and not (method.base != "none" and source.model == (part.base_model or base))
            ]
            given = len(lacking) < len(part.sources) if not one.per_model else not lacking
            if one.name not in part.parameters.values and not given:
                whose = "for each model" if one.per_model else "in parameters"
                mistakes.add(part.line, f"{method.name} needs a value of {one.name!r} {whose}: {one.about}.")


def _dtype(top: Mapping[str, Node], mistakes: Mistakes) -> str | None:
    found = None
    for key in ("dtype", "out_dtype"):
        name = _text(top.get(key), key, mistakes)
        if name is None or name == "auto":
            continue
        try:
            float_dtype(name)
        except RidgelineError as error:
            mistakes.add(top[key].line, error.message)
        else:
            found = name
    return found


def _seed(node: Node | None, mistakes: Mistakes) -> int:
    if node is None:
        return 0
    if type(node.value) is int and node.value >= 0:
        return node.value
    mistakes.add(node.line, "seed is a whole number from 0.")
    return 0


def _text(node: Node | None, key: str, mistakes: Mistakes) -> str | None:
    if node is None or node.value is None:
        return None
    if isinstance(node.value, str) and node.value.strip():
        return node.value
    mistakes.add(node.line, f"{key} is a text; this is {node.kind}.")
    return None


def _list(node: Node, key: str, mistakes: Mistakes) -> Sequence[Node]:
    if isinstance(node.value, list) and node.value:
        return node.value
    empty = isinstance(node.value, list)
    mistakes.add(
        node.line,
        f"{key} is a list, and this one is empty." if empty else f"{key} is a list; this is {node.kind}.",
    )
    return []


def _table(node: Node, what: str, keys: Sequence[str], mistakes: Mistakes) -> Mapping[str, Node]:
    if not isinstance(node.value, Mapping):
        mistakes.add(node.line, f"{what} is a table with the keys {', '.join(keys)}; this is {node.kind}.")
        return {}
    known_keys(node.value, keys, mistakes)
    return node.value
