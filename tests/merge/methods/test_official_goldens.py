"""The pure functions against the code of the methods' authors, and against published formulas in float64."""

import numpy as np
import pytest

from merge_goldens import BASE, MODELS, NAMES, agrees, arrays, cases, flat
from ridgeline.merge.methods.breadcrumbs import breadcrumbs_rows, rows_between
from ridgeline.merge.methods.cold_fusion import cold_fusion_round
from ridgeline.merge.methods.consensus import consensus, tall_masks
from ridgeline.merge.methods.dare import dropped
from ridgeline.merge.methods.elect import DISJOINT, ELECTIONS, disjoint_merge, elected_signs
from ridgeline.merge.methods.graft import graft, movement_masks
from ridgeline.merge.methods.greedy_soup import greedy_order, greedy_soup
from ridgeline.merge.methods.region import between, centroid
from ridgeline.merge.methods.task_arithmetic import task_arithmetic
from ridgeline.merge.methods.ties_paper import ties_of_changes, ties_paper
from ridgeline.merge.methods.trim import largest
from ridgeline.merge.methods.uniform import uniform_soup

CHANGES = np.stack([flat(model) - flat(BASE) for model in MODELS])
WIDE_BASE = flat(BASE).astype(np.float64)
WIDE = [flat(model).astype(np.float64) for model in MODELS]


@pytest.mark.parametrize("merge", DISJOINT)
@pytest.mark.parametrize("election", ELECTIONS)
@pytest.mark.parametrize("density", [0.2, 0.5, 1.0])
def test_ties(density, election, merge):
    reset = "none" if density == 1.0 else f"topk{density * 100:.0f}"
    golden = arrays("ties_official")[f"{reset}_{election}_dis-{merge}"]
    agrees(ties_of_changes(CHANGES, density, election, merge), golden)


@pytest.mark.parametrize("name", ["K0.3", "K20", "K50"])
def test_ties_keeps_one_more_than_its_share(name):
    golden = arrays("ties_official")[f"topk_mask_{name}"].astype(bool)
    share = float(name[1:]) / (100 if float(name[1:]) > 1 else 1)
    count = int(share * CHANGES.shape[1]) + 1
    assert all(largest(one, count).sum() == count for one in CHANGES)
    assert (np.stack([largest(one, count) for one in CHANGES]) == golden).all()


@pytest.mark.parametrize("scale", ["0.4", "1.0"])
def test_ties_of_whole_models(scale):
    merged = ties_paper(MODELS, BASE, 0.2, scale=float(scale))
    agrees(flat(merged), arrays("ties_official")[f"full_ties_K20_lam{scale}"])
    assert {name: value.shape for name, value in merged.items()} == {name: BASE[name].shape for name in NAMES}


def test_entries_without_a_majority_take_that_of_all():
    golden = arrays("ties_official")
    signs = elected_signs(golden["zero_sign/in"])
    assert (signs == golden["zero_sign/sign"]).all()
    agrees(disjoint_merge(golden["zero_sign/in"], signs), golden["zero_sign/mean"])


def test_task_arithmetic():
    merged = task_arithmetic([flat(model) for model in MODELS], flat(BASE), scale=0.4)
    agrees(merged, arrays("ties_official")["task_vector_sum_lam0.4"])


@pytest.mark.parametrize("rate", ["0.2", "0.5", "0.9"])
@pytest.mark.parametrize("name", NAMES)
def test_dare_scales_as_its_paper(name, rate):
    golden = arrays("dare_mergelm")
    change = next(
        model[name] - BASE[name]
        for model in MODELS
        if np.allclose(_of(golden, name, rate)[1], _dropped(model, name, rate), rtol=1e-5, atol=1e-8)
    )
    kept, out = _of(golden, name, rate)
    agrees(dropped(change, kept, 1 - float(rate)), out)
    removed = int(change.size * float(rate))
    magnitude = golden[f"mag/{name}/p{rate}/out"]
    agrees(change * largest(change, change.size - removed), magnitude)


def _of(golden, name, rate):
    return golden[f"dare/{name}/p{rate}/dropmask"] == 0, golden[f"dare/{name}/p{rate}/out"]


def _dropped(model, name, rate):
    kept, _ = _of(arrays("dare_mergelm"), name, rate)
    return (model[name] - BASE[name]) * kept / (1 - float(rate))


@pytest.mark.parametrize("order", ["rf", "kf"])
@pytest.mark.parametrize("setting", ["b0.2_g0.1", "b0.5_g0.05", "b0.85_g0.01", "b0.95_g0.1"])
def test_breadcrumbs_by_rows(setting, order):
    golden = arrays("breadcrumbs_official")
    beta, gamma = (float(part[1:]) for part in setting.split("_"))
    whole = {"rf": "remove-first", "kf": "keep-first"}[order]
    for name in NAMES:
        change = MODELS[1][name] - BASE[name]
        mask = rows_between(change, beta, gamma, whole)
        agrees(change * mask, golden[f"{setting}_{order}/tv1/{name}"])
        merged = breadcrumbs_rows(
            [model[name] for model in MODELS], BASE[name], beta, gamma, scale=0.3, order=whole
        )
        agrees(merged, golden[f"{setting}_{order}/merged_alpha0.3/{name}"])


def test_soups():
    golden, told = arrays("soups"), cases()["soups"]
    names = sorted(key.removeprefix("model/") for key in golden if key.startswith("model/"))
    models = [{"w": golden[f"model/{name}"]} for name in names]
    scores = [told["individual"][name] for name in names]
    agrees(uniform_soup([model["w"] for model in models]), golden["uniform"])

    soup, choice = greedy_soup(
        lambda place: models[place], scores, lambda state: -float(((state["w"] - golden["star"]) ** 2).mean())
    )

    agrees(soup["w"], golden["greedy"])
    assert [names[place] for place in choice.order] == told["order"]
    assert [names[place] for place in choice.ingredients] == told["ingredients"]
    assert [(names[one.model], one.kept) for one in choice.trials] == [
        (name, kept) for name, _, kept in told["trace"]
    ]
    agrees([one.score for one in choice.trials], [score for _, score, _ in told["trace"]])
    agrees(choice.score, told["best"])


def test_of_equal_scores_the_later_model_is_tried_first():
    assert greedy_order([0.1, 0.5, 0.5, float("nan"), 0.2]) == (2, 1, 4, 0)


@pytest.mark.parametrize("strictness", ["0.2", "0.4", "0.6"])
def test_tall_masks(strictness):
    golden = arrays("formulas")
    changes = np.stack(WIDE) - WIDE_BASE
    masks = tall_masks(changes, changes.sum(axis=0), float(strictness))
    assert all((masks[task] == golden[f"tall_mask_lam{strictness}/{task}"]).all() for task in range(3))
    agrees(consensus(WIDE, WIDE_BASE, float(strictness)), golden[f"consensus_k2_lam{strictness}"])


@pytest.mark.parametrize("share", ["0.01", "0.1"])
def test_grafts(share):
    golden = arrays("formulas")
    mask = movement_masks({"all": WIDE_BASE}, {"all": WIDE[0]}, float(share))["all"]
    assert (mask == golden[f"graft_top{share}/mask"]).all()
    agrees(graft(WIDE_BASE, WIDE[0], mask), golden[f"graft_top{share}/theta"])


def test_a_round_of_cold_fusion_and_the_centre_of_a_region():
    golden = arrays("formulas")
    fused = cold_fusion_round({"all": WIDE_BASE}, [{"all": model} for model in WIDE])
    agrees(fused.base["all"], golden["coldfusion_step"])
    agrees(centroid(WIDE), golden["region_centroid"])


@pytest.mark.parametrize("t", ["0.25", "0.5", "0.75", "1.25"])
def test_points_on_a_path(t):
    agrees(between(WIDE[0], WIDE[1], float(t)), arrays("formulas")[f"interp_{t}"])
