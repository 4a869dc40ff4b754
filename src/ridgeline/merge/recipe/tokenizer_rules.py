"""What a recipe says of the tokenizer."""

from collections.abc import Mapping

from ridgeline.core.errors import did_you_mean
from ridgeline.merge.recipe.document import TokenizerRule, TokenRule
from ridgeline.merge.recipe.nodes import Mistakes, Node, known_keys

_KEYS = ("source", "tokens", "pad_to_multiple_of")
_KINDS = ("zero", "model_token")


def read_tokenizer(top: Mapping[str, Node], mistakes: Mistakes) -> TokenizerRule | None:
    """Read `tokenizer_source`, or the `tokenizer` that says more."""
    short, long = top.get("tokenizer_source"), top.get("tokenizer")
    if short is not None and long is not None:
        mistakes.add(long.line, "A recipe has tokenizer_source or tokenizer, not both.")
    if short is not None and short.value is not None:
        if isinstance(short.value, str):
            return TokenizerRule(short.value, line=short.line)
        mistakes.add(short.line, f"tokenizer_source is union, base or a model; this is {short.kind}.")
    if long is None or long.value is None:
        return None
    if not isinstance(long.value, Mapping):
        mistakes.add(
            long.line, f"tokenizer is a table with the keys {', '.join(_KEYS)}; this is {long.kind}."
        )
        return None
    return _long(long, mistakes)


def _long(node: Node, mistakes: Mistakes) -> TokenizerRule:
    assert isinstance(node.value, Mapping), "looked at before"
    known_keys(node.value, _KEYS, mistakes)
    source = node.value.get("source", Node(node.line, "union"))
    if not isinstance(source.value, str):
        mistakes.add(source.line, f"source is union, base or a model; this is {source.kind}.")
    multiple = node.value.get("pad_to_multiple_of", Node(node.line, None))
    if multiple.value is not None and (type(multiple.value) is not int or multiple.value < 1):
        mistakes.add(multiple.line, "pad_to_multiple_of is a whole number from 1.")
    rules: dict[str, TokenRule] = {}
    tokens = node.value.get("tokens", Node(node.line, None))
    if isinstance(tokens.value, Mapping):
        found = {token: _token(token, one, mistakes) for token, one in tokens.value.items()}
        rules = {token: rule for token, rule in found.items() if rule is not None}
    elif tokens.value is not None:
        mistakes.add(tokens.line, f"tokens is a table of tokens; this is {tokens.kind}.")
    return TokenizerRule(
        source.value if isinstance(source.value, str) else "union",
        rules,
        multiple.value if type(multiple.value) is int else None,
        node.line,
    )


def _token(token: str, node: Node, mistakes: Mistakes) -> TokenRule | None:
    if not isinstance(node.value, Mapping):
        mistakes.add(
            node.line,
            f"What is said of the token {token!r} is a table with source and force; this is {node.kind}.",
        )
        return None
    known_keys(node.value, ("source", "force"), mistakes)
    force, source = node.value.get("force", Node(node.line, False)), node.value.get("source")
    if not isinstance(force.value, bool):
        mistakes.add(force.line, f"force is true or false; this is {force.kind}.")
    if source is None:
        mistakes.add(node.line, f"The token {token!r} has no source.")
        return None
    if isinstance(source.value, str):
        return TokenRule(source.value, None, force.value is True, node.line)
    if not isinstance(source.value, Mapping):
        mistakes.add(
            source.line, f"The source of a token is a model or a table with kind; this is {source.kind}."
        )
        return None
    return _from_table(source, mistakes, force=force.value is True)


def _from_table(node: Node, mistakes: Mistakes, *, force: bool) -> TokenRule | None:
    assert isinstance(node.value, Mapping), "looked at before"
    known_keys(node.value, ("kind", "model", "token", "token_id"), mistakes)
    given = {key: one.value for key, one in node.value.items()}
    kind = given.get("kind", "model_token")
    if kind == "zero":
        return TokenRule(None, None, force, node.line)
    if kind != "model_token":
        mistakes.add(
            node.line, f"kind is {' or '.join(_KINDS)}; this is {kind!r}.{did_you_mean(str(kind), _KINDS)}"
        )
        return None
    model, token, number = given.get("model"), given.get("token"), given.get("token_id")
    if not isinstance(model, str):
        mistakes.add(node.line, "A source of kind model_token names a model.")
        return None
    if isinstance(token, str) and number is None:
        return TokenRule(model, token, force, node.line)
    if type(number) is int and number >= 0 and token is None:
        return TokenRule(model, number, force, node.line)
    mistakes.add(node.line, "A source of kind model_token has a token, or a token_id from 0.")
    return None
