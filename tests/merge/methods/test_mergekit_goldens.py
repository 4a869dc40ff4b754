"""The pure functions against what mergekit 0.1.5 gives out."""

import numpy as np
import pytest

from merge_goldens import BASE, MODELS, NAMES, agrees, arrays, cases
from ridgeline.merge.methods.breadcrumbs import breadcrumbs, breadcrumbs_ties
from ridgeline.merge.methods.dare import dare_linear, dare_ties
from ridgeline.merge.methods.della import della, della_linear
from ridgeline.merge.methods.karcher import karcher
from ridgeline.merge.methods.linear import linear
from ridgeline.merge.methods.model_stock import model_stock
from ridgeline.merge.methods.multislerp import multislerp
from ridgeline.merge.methods.nearswap import nearswap
from ridgeline.merge.methods.nuslerp import nuslerp
from ridgeline.merge.methods.passthrough import passthrough
from ridgeline.merge.methods.ram import ram, ramplus_tl
from ridgeline.merge.methods.sce import sce
from ridgeline.merge.methods.slerp import slerp
from ridgeline.merge.methods.task_arithmetic import task_arithmetic
from ridgeline.merge.methods.ties import ties
from ridgeline.merge.methods.trim import between, l1_scale, middle_counts, of_density

ONTO_BASE = {
    one.__name__: one
    for one in (
        task_arithmetic, ties, breadcrumbs, breadcrumbs_ties, model_stock, sce, ram, ramplus_tl,
    )
}  # fmt: skip
DRAWN = {one.__name__: one for one in (dare_linear, dare_ties, della, della_linear)}
PLAIN = {one.__name__: one for one in (linear, karcher)}
OUR_NAMES = {"lambda": "scale", "nuslerp_flatten": "flatten", "nuslerp_row_wise": "row_wise"}
LEFT_OUT = {"arcee_fusion"}  # docs/howto/merge.md says so


def merged(case, name):
    """One tensor by one of our functions, with the parameters of a case."""
    what = cases()["mergekit"][case]
    method = what["method"]
    given = {
        OUR_NAMES.get(key, key): value for key, value in what["parameters"].items() if key != "int8_mask"
    }
    models = [model[name] for model in MODELS[: what["n_models"]]]
    base = BASE[name]
    if method in ONTO_BASE:
        return ONTO_BASE[method](models, base, **given)
    if method in DRAWN:
        given.pop("epsilon", None)
        if method.startswith("dare"):
            given["rescale"] = "l1" if given.get("rescale", True) else "none"
        return DRAWN[method](models, base, arrays("drawn")[f"{case}/{name}"], **given)
    if method in PLAIN:
        return PLAIN[method](models, **given)
    if method in {"nuslerp", "multislerp"}:
        function = nuslerp if method == "nuslerp" else multislerp
        return function(models, base=base if what["base"] else None, **given)
    if method == "slerp":
        return slerp(base, models[0], given["t"])
    if method == "nearswap":
        return nearswap(base, models[0], given["t"])
    assert method == "passthrough"
    return passthrough(models[0], scale=given["scale"][0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("case", sorted(set(cases()["mergekit"]) - LEFT_OUT))
def test_a_case_agrees(case, name):
    agrees(merged(case, name), arrays("mergekit")[f"{case}/{name}"])


@pytest.mark.parametrize("density", ["0.2", "0.5", "0.9"])
def test_what_stays_by_magnitude(density):
    golden = arrays("sparsify")
    delta = golden["delta"]
    mask = of_density(delta, float(density))
    agrees(delta * mask, golden[f"magnitude_{density}"])
    agrees(delta * mask * np.float32(l1_scale(delta, mask)), golden[f"magnitude_l1_{density}"])


@pytest.mark.parametrize("density", ["0.2", "0.5", "0.9"])
@pytest.mark.parametrize("gamma", ["0.0", "0.01", "0.1", "0.3"])
def test_what_stays_between(density, gamma):
    golden = arrays("sparsify")
    delta = golden["delta"]
    mask = between(delta, *middle_counts(delta.size, float(density), float(gamma)))
    agrees(delta * mask, golden[f"outliers_{density}_{gamma}"])
