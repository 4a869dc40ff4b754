"""The configuration of a merged model: that of its base, with what the merge changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ridgeline.core.values import Json

_LAYERS = ("num_hidden_layers", "n_layer", "n_layers", "num_layers")
_TOKEN_KEYS = (
    "bos_token_id",
    "eos_token_id",
    "pad_token_id",
    "unk_token_id",
    "sep_token_id",
    "decoder_start_token_id",
)
_QUANTIZED = "quantization_config"


@dataclass(frozen=True, slots=True)
class Changes:
    """What differs from the base.

    Attributes:
        layers: the configuration and the number of the layer that each layer of the output comes from; None: as the base.
        rows: of the embeddings; None: as the base.
        dtype: of the tensors, as torch calls it; None: as the base.
        tokens: the configuration whose numbers of special tokens hold; None: the base's.
    """

    layers: Sequence[tuple[Mapping[str, Json], int]] | None = None
    rows: int | None = None
    dtype: str | None = None
    tokens: Mapping[str, Json] | None = None


def merged_config(base: Mapping[str, Json], changes: Changes) -> dict[str, Json]:
    """Return the configuration of the output.

    Lists with an entry a layer, such as `layer_types`, follow the layers.
    """
    config = dict(base)
    config.pop("_name_or_path", None)
    if changes.layers is not None:
        config |= _layered(config, changes.layers)
    if changes.rows is not None and "vocab_size" in config:
        config["vocab_size"] = changes.rows
    text = config.get("text_config")
    if changes.rows is not None and isinstance(text, dict) and "vocab_size" in text:
        config["text_config"] = {**text, "vocab_size": changes.rows}
    if changes.dtype is not None:
        known = [key for key in ("dtype", "torch_dtype") if key in config] or ["torch_dtype"]
        config |= dict.fromkeys(known, changes.dtype)
    if changes.tokens is not None:
        config |= {key: changes.tokens[key] for key in _TOKEN_KEYS if key in changes.tokens}
    return config


def quantized(config: Mapping[str, Json]) -> bool:
    """Tell whether a model's tensors are quantized, which do not merge."""
    return bool(config.get(_QUANTIZED))


def _layered(config: Mapping[str, Json], layers: Sequence[tuple[Mapping[str, Json], int]]) -> dict[str, Json]:
    changed: dict[str, Json] = {key: len(layers) for key in _LAYERS if isinstance(config.get(key), int)}
    before = {config[key] for key in changed}
    for key, value in config.items():
        if not isinstance(value, list) or len(value) not in before or len(value) < 2:
            continue
        sources = [(source.get(key), number) for source, number in layers]
        changed[key] = [
            given[number]
            if isinstance(given, list) and number < len(given)
            else value[min(number, len(value) - 1)]
            for given, number in sources
        ]
    return changed
