"""Every method gives in chunks what its pure function gives on whole arrays."""

import numpy as np
import pytest

from merge_goldens import BASE, MODELS, NAMES
from ridgeline.merge.methods import METHODS, find_method
from ridgeline.merge.methods.breadcrumbs import breadcrumbs, breadcrumbs_rows, breadcrumbs_ties
from ridgeline.merge.methods.consensus import consensus
from ridgeline.merge.methods.dare import dare_linear, dare_ties
from ridgeline.merge.methods.della import della, della_linear, keep_probabilities
from ridgeline.merge.methods.fisher import fisher
from ridgeline.merge.methods.graft import graft, movement_masks
from ridgeline.merge.methods.karcher import karcher
from ridgeline.merge.methods.linear import linear
from ridgeline.merge.methods.model_stock import model_stock
from ridgeline.merge.methods.multislerp import multislerp
from ridgeline.merge.methods.nearswap import nearswap
from ridgeline.merge.methods.nuslerp import nuslerp
from ridgeline.merge.methods.passthrough import passthrough
from ridgeline.merge.methods.ram import ram, ramplus_tl
from ridgeline.merge.methods.region import centroid, random_point
from ridgeline.merge.methods.regmean import regmean, regmean_method
from ridgeline.merge.methods.sce import sce
from ridgeline.merge.methods.slerp import slerp
from ridgeline.merge.methods.task_arithmetic import task_arithmetic
from ridgeline.merge.methods.ties import ties
from ridgeline.merge.methods.ties_paper import ties_paper
from ridgeline.merge.methods.uniform import uniform_soup
from ridgeline.merge.methods.weighted import weighted_soup
from ridgeline.merge.random import keep_below, random_words, stream_key
from streamed import stream

SEED = 11
W = [1.0, 0.5, 0.25]
D = [0.2, 0.5, 0.7]
ENERGY = [{name: (model[name] - BASE[name]) ** 2 for name in NAMES} for model in MODELS[:2]]


def words(model, name, shape):
    return random_words(stream_key(SEED, model, name), 0, int(np.prod(shape))).reshape(shape)


def drawn(name):
    shape = BASE[name].shape
    return [words(model, name, shape) < keep_below(density) for model, density in enumerate(D)]


def drawn_by_rank(name):
    shape = BASE[name].shape
    chances = [keep_probabilities(model[name] - BASE[name], 0.5, 0.2) for model in MODELS]
    return [
        words(model, name, shape) < np.rint(chance.astype(np.float64) * 2.0**32)
        for model, chance in enumerate(chances)
    ]


def each(function):
    """A function of one tensor's name, for all tensors."""
    return lambda: {name: function(name) for name in NAMES}


def of(name, count=3):
    return [model[name] for model in MODELS[:count]]


def grafted():
    masks = movement_masks(BASE, MODELS[0], 0.1)
    return {name: graft(BASE[name], MODELS[0][name], masks[name]) for name in NAMES}


CASES = {
    # method, models, base, shared, per model: what the pure function says
    "uniform": ("uniform", MODELS, None, {}, {}, each(lambda n: uniform_soup(of(n)))),
    "centroid": ("centroid", MODELS, None, {}, {}, each(lambda n: centroid(of(n)))),
    "weighted": ("weighted", MODELS, None, {}, {"weight": W}, each(lambda n: weighted_soup(of(n), W))),
    "linear": ("linear", MODELS, None, {}, {"weight": W}, each(lambda n: linear(of(n), W))),
    "linear sum": (
        "linear", MODELS, None, {"normalize": False}, {"weight": W}, each(lambda n: linear(of(n), W, normalize=False)),
    ),
    "slerp": ("slerp", MODELS[:1], BASE, {"t": 0.4}, {}, each(lambda n: slerp(BASE[n], MODELS[0][n], 0.4))),
    "nuslerp": ("nuslerp", MODELS[:2], None, {}, {"weight": W[:2]}, each(lambda n: nuslerp(of(n, 2), W[:2]))),
    "nuslerp base": (
        "nuslerp", MODELS[:2], BASE, {}, {"weight": W[:2]}, each(lambda n: nuslerp(of(n, 2), W[:2], base=BASE[n])),
    ),
    "nuslerp last axis": (
        "nuslerp", MODELS[:2], BASE, {"nuslerp_flatten": False}, {},
        each(lambda n: nuslerp(of(n, 2), base=BASE[n], flatten=False)),
    ),
    "nuslerp first axis": (
        "nuslerp", MODELS[:2], None, {"nuslerp_flatten": False, "nuslerp_row_wise": True}, {},
        each(lambda n: nuslerp(of(n, 2), flatten=False, row_wise=True)),
    ),
    "multislerp": ("multislerp", MODELS, None, {}, {"weight": W}, each(lambda n: multislerp(of(n), W))),
    "multislerp base": (
        "multislerp", MODELS, BASE, {}, {"weight": W}, each(lambda n: multislerp(of(n), W, base=BASE[n])),
    ),
    "karcher": ("karcher", MODELS, None, {}, {}, each(lambda n: karcher(of(n)))),
    "task_arithmetic": (
        "task_arithmetic", MODELS, BASE, {"lambda": 0.4, "normalize": True}, {"weight": W},
        each(lambda n: task_arithmetic(of(n), BASE[n], W, scale=0.4, normalize=True)),
    ),
    "ties": (
        "ties", MODELS, BASE, {"lambda": 0.7}, {"weight": W, "density": D},
        each(lambda n: ties(of(n), BASE[n], W, D, scale=0.7)),
    ),
    "ties rescaled sum": (
        "ties", MODELS, BASE, {"rescale": True, "normalize": False}, {"density": D},
        each(lambda n: ties(of(n), BASE[n], 1.0, D, rescale=True, normalize=False)),
    ),
    "ties of nothing": (
        "ties", MODELS, BASE, {}, {"density": [0.0, 0.0, 1.0]},
        each(lambda n: ties(of(n), BASE[n], 1.0, [0.0, 0.0, 1.0])),
    ),
    "ties_paper": ("ties_paper", MODELS, BASE, {"lambda": 0.4}, {}, lambda: ties_paper(MODELS, BASE, scale=0.4)),
    "ties_paper max": (
        "ties_paper", MODELS, BASE, {"merge": "max"}, {"density": D}, lambda: ties_paper(MODELS, BASE, D, merge="max"),
    ),
    "dare_linear": (
        "dare_linear", MODELS, BASE, {}, {"weight": W, "density": D},
        each(lambda n: dare_linear(of(n), BASE[n], drawn(n), W, D)),
    ),
    "dare_linear l1": (
        "dare_linear", MODELS, BASE, {"rescale_norm": "l1", "normalize": True}, {"weight": W, "density": D},
        each(lambda n: dare_linear(of(n), BASE[n], drawn(n), W, D, rescale="l1", normalize=True)),
    ),
    "dare_ties": (
        "dare_ties", MODELS, BASE, {"rescale": False, "lambda": 0.5}, {"weight": W, "density": D},
        each(lambda n: dare_ties(of(n), BASE[n], drawn(n), W, D, rescale="none", scale=0.5)),
    ),
    "della": (
        "della", MODELS, BASE, {"density": 0.5, "epsilon": 0.2}, {"weight": W},
        each(lambda n: della(of(n), BASE[n], drawn_by_rank(n), W)),
    ),
    "della_linear": (
        "della_linear", MODELS, BASE, {"density": 0.5, "epsilon": 0.2, "normalize": True}, {"weight": W},
        each(lambda n: della_linear(of(n), BASE[n], drawn_by_rank(n), W, normalize=True)),
    ),
    "breadcrumbs": (
        "breadcrumbs", MODELS, BASE, {"gamma": 0.1}, {"weight": W, "density": D},
        each(lambda n: breadcrumbs(of(n), BASE[n], W, D, 0.1)),
    ),
    "breadcrumbs_ties": (
        "breadcrumbs_ties", MODELS, BASE, {"gamma": 0.2, "density": 0.9, "normalize": True}, {"weight": W},
        each(lambda n: breadcrumbs_ties(of(n), BASE[n], W, 0.9, 0.2, normalize=True)),
    ),
    "breadcrumbs_rows": (
        "breadcrumbs_rows", MODELS, BASE, {"beta": 0.5, "gamma": 0.05, "order": "keep-first"}, {},
        each(lambda n: breadcrumbs_rows(of(n), BASE[n], 0.5, 0.05, order="keep-first")),
    ),
    "model_stock": ("model_stock", MODELS, BASE, {}, {}, each(lambda n: model_stock(of(n), BASE[n]))),
    "model_stock rows": (
        "model_stock", MODELS, BASE, {"filter_wise": True}, {},
        each(lambda n: model_stock(of(n), BASE[n], filter_wise=True)),
    ),
    "sce": ("sce", MODELS, BASE, {}, {}, each(lambda n: sce(of(n), BASE[n]))),
    "sce some": ("sce", MODELS, BASE, {"select_topk": 0.3}, {}, each(lambda n: sce(of(n), BASE[n], select_topk=0.3))),
    "sce none": ("sce", MODELS, BASE, {"select_topk": 0.0}, {}, each(lambda n: BASE[n])),
    "ram": ("ram", MODELS, BASE, {"epsilon": 0.003}, {}, each(lambda n: ram(of(n), BASE[n], epsilon=0.003))),
    "ramplus_tl": (
        "ramplus_tl", MODELS, BASE, {"epsilon": 0.003, "alpha": 3.0}, {},
        each(lambda n: ramplus_tl(of(n), BASE[n], epsilon=0.003, alpha=3.0)),
    ),
    "fisher": (
        "fisher", [*MODELS[:2], *ENERGY], None, {}, {},
        each(lambda n: fisher(of(n, 2), [energy[n] for energy in ENERGY])),
    ),
    "consensus": (
        "consensus", MODELS, BASE, {"lambda": 0.3}, {"strictness": [0.2, 0.4, 0.6]},
        each(lambda n: consensus(of(n), BASE[n], [0.2, 0.4, 0.6], scale=0.3)),
    ),
    "graft": ("graft", MODELS[:1], BASE, {"density": 0.1}, {}, grafted),
    "nearswap": ("nearswap", MODELS[:1], BASE, {"t": 0.001}, {}, each(lambda n: nearswap(BASE[n], MODELS[0][n], 0.001))),
    "random_point": (
        "random_point", MODELS, None, {"sample": 4}, {}, each(lambda n: random_point(of(n), SEED, 4)),
    ),
    "passthrough": (
        "passthrough", MODELS[:1], None, {"scale": 0.5}, {}, each(lambda n: passthrough(MODELS[0][n], scale=0.5)),
    ),
}  # fmt: skip


def test_every_method_is_here():
    assert {case[0] for case in CASES.values()} == set(METHODS)
    assert all(find_method(name).name == name for name in METHODS)


@pytest.mark.parametrize("chunk", [64, 10_000])
@pytest.mark.parametrize("case", CASES)
def test_chunks_give_what_the_whole_gives(case, chunk):
    name, models, base, shared, per_model, whole = CASES[case]
    got = stream(METHODS[name], models, base, shared, per_model, seed=SEED, chunk=chunk)
    for tensor, expected in whole().items():
        assert got[tensor].dtype == np.float32
        np.testing.assert_allclose(got[tensor], expected, rtol=2e-6, atol=1e-7, err_msg=tensor)


@pytest.mark.parametrize("case", [case for case in CASES if case != "fisher"])
def test_float64_stays_float64(case):
    name, models, base, shared, per_model, _ = CASES[case]
    wide = [{tensor: value.astype(np.float64) for tensor, value in model.items()} for model in models]
    start = None if base is None else {tensor: value.astype(np.float64) for tensor, value in base.items()}
    got = stream(METHODS[name], wide, start, shared, per_model, seed=SEED)
    narrow = stream(METHODS[name], models, base, shared, per_model, seed=SEED)
    for tensor in NAMES:
        assert got[tensor].dtype == np.float64
        far = ~np.isclose(got[tensor], narrow[tensor], rtol=1e-5, atol=1e-6)
        assert far.mean() < 0.01, tensor  # a rounding may move an entry over a threshold


def test_regmean_merges_the_layers_it_has_products_of_and_averages_the_rest():
    generator = np.random.default_rng(5)
    inputs = [generator.normal(size=(80, 24)) for _ in MODELS]
    grams = {"layers.0.attn.weight": [(data.T @ data).astype(np.float32) for data in inputs]}
    got = stream(regmean_method(grams), MODELS, None, {"alpha": 0.7})
    layer = regmean(of("layers.0.attn.weight"), grams["layers.0.attn.weight"], alpha=0.7)
    np.testing.assert_allclose(got["layers.0.attn.weight"], layer, rtol=1e-6)
    np.testing.assert_allclose(got["embed.weight"], uniform_soup(of("embed.weight")), rtol=1e-6)
