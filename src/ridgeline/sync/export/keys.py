"""Names for trackers that know no contexts."""

from collections.abc import Mapping

from ridgeline.core.values import Json


def flat_key(name: str, context: Mapping[str, Json]) -> str:
    """Return a metric as one key: `f1/lang:de` of f1 with {"lang": "de"}. `--context '{name}/lang:{lang}'` splits it again."""
    return "/".join([name, *(f"{key}:{context[key]}" for key in sorted(context))])
