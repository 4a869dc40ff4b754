"""Values of skada 0.6.0 and of the formulas, made as tests/select/data/README.md says."""

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import logsumexp

from ridgeline.select.scorers.atc import atc, atc_entropy
from ridgeline.select.scorers.density_ratio import kde_log_ratios
from ridgeline.select.scorers.dev import dev
from ridgeline.select.scorers.doc import difference_of_confidences
from ridgeline.select.scorers.entropy import entropy
from ridgeline.select.scorers.importance import importance_weighted
from ridgeline.select.scorers.mano import mano
from ridgeline.select.scorers.mixval import mixval
from ridgeline.select.scorers.mutual_information import mutual_information
from ridgeline.select.scorers.rankme import rankme
from ridgeline.select.scorers.reverse_validation import reverse_validation
from ridgeline.select.scorers.snd import snd
from ridgeline.select.scorers.uniformity import uniformity

DATA = Path(__file__).parents[1] / "data"
FORMULAS = np.load(DATA / "formula_inputs.npz")
GOLDEN = json.loads((DATA / "skada_scorers.json").read_text())
MODELS = list(GOLDEN["models"].values())
TARGET = np.array([model["proba_target"] for model in MODELS])
SOURCE = np.array([model["proba_source"] for model in MODELS])
XS, YS, XT = (np.array(GOLDEN[name]) for name in ("Xs", "ys", "Xt"))


def of(name):
    return [model[name] for model in MODELS]


def for_all(features):
    return np.stack([features] * len(MODELS))


P, PS, LABELS = FORMULAS["P"][None], FORMULAS["Ps"][None], FORMULAS["ys"]


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (mutual_information(P), "mutual_information_infomax"),
        (snd(P), "SND_T0.05_diag_excluded"),
        (atc(PS, LABELS, P), "ATC_maxconf_estimated_acc"),
        (atc_entropy(PS, LABELS, P), "ATC_negent_estimated_acc"),
        (difference_of_confidences(PS, LABELS, P), "DoC_estimated_acc"),
        (rankme(FORMULAS["A"][None]), "rankme"),
        (uniformity(FORMULAS["W"][None]), "transfer_score_uniformity"),
    ],
)
def test_formulas(value, name):
    assert value[0] == pytest.approx(GOLDEN["formulas"][name], rel=1e-12)


def test_entropy_is_three_times_that_of_skada_which_divides_by_the_classes_too():
    assert entropy(TARGET) / 3 == pytest.approx(of("PredictionEntropyScorer_mean"), rel=1e-12)
    assert -entropy(P)[0] == pytest.approx(
        GOLDEN["formulas"]["entropy_mean"], abs=1e-11
    )  # it adds 1e-12 in the log


def test_snd_is_that_of_skada_at_the_usual_temperature():
    """At 0.05 skada's e^−20 on the diagonal is as good as the 0 that excludes it."""
    assert snd(TARGET) == pytest.approx(of("SoftNeighborhoodDensity_T0.05"), rel=1e-9)


def test_snd_leaves_out_the_example_itself_where_skada_does_not():
    assert (snd(TARGET, temperature=1.0) < np.array(of("SoftNeighborhoodDensity_T1")) - 1e-3).all()


def test_mano():
    assert mano(TARGET) == pytest.approx(of("MaNoScorer_p4"), rel=1e-12)


def test_importance_weighted_by_kernel_densities():
    scores = importance_weighted(SOURCE.argmax(axis=2), YS, for_all(XS), for_all(XT), kde_log_ratios)
    assert scores == pytest.approx(of("ImportanceWeightedScorer"), rel=1e-12)


class TestDev:
    """skada holds out 27 of 80 source examples by scikit-learn's split, whose permutation is NumPy's old generator."""

    both = np.concatenate([XS, XT])
    shuffled = np.random.RandomState(0).permutation(len(XS))
    held_out, trained = shuffled[:27], shuffled[27:]
    zs, zt = (XS - both.mean(0)) / both.std(0), (XT - both.mean(0)) / both.std(0)

    def risks(self):
        return -dev(
            SOURCE[:, self.held_out],
            YS[self.held_out],
            for_all(self.zs[self.held_out]),
            for_all(self.zt),
            for_all(self.zs[self.trained]),
        )

    def test_textbook_value(self):
        """scikit-learn's solver stops within 1e-4 of the weights; ours goes on."""
        assert self.risks()[1] == pytest.approx(GOLDEN["DEV_check"]["textbook"], rel=1e-4)

    def test_is_not_the_value_of_skada_whose_product_of_losses_and_weights_is_square(self):
        of_skada = -np.array(of("DeepEmbeddedValidation_rs0"))
        assert of_skada[1] == pytest.approx(GOLDEN["DEV_check"]["broadcast_bug_value"], rel=1e-12)
        assert (self.risks() < of_skada - 0.05).all()


def test_mixval_with_the_same_pairs():
    """The pipelines are linear in the logarithm, so that their probabilities tell their weights."""
    one = np.ones((len(XT), 1))
    known = np.concatenate([XT, one], axis=1)

    def classifier(p):
        weights = np.linalg.lstsq(known, np.log(p) - np.log(p[:, :1]))[0]
        return lambda x: (np.concatenate([x, one], axis=1) @ weights).argmax(axis=1)

    predict = [classifier(p) for p in TARGET]
    assert [f(XT).tolist() for f in predict] == of("pred_target")
    partners = np.random.RandomState(0).permutation(len(XT))
    assert mixval(XT, predict, partners) == pytest.approx(of("MixValScorer_rs0"), rel=1e-12)


@pytest.mark.parametrize("model", range(len(MODELS)))
def test_reverse_validation_that_refits_the_same_pipeline(model):
    """C · Σ −ln p_y + ½‖w‖², as scikit-learn has it, on features scaled over both domains."""
    both = np.concatenate([XS, XT])
    c = float(list(GOLDEN["models"])[model].removeprefix("C="))

    def with_one(x):
        return np.concatenate([(x - both.mean(axis=0)) / both.std(axis=0), np.ones((len(x), 1))], axis=1)

    def fit(x, y):
        z = with_one(x)

        def loss(flat):
            w = flat.reshape(3, 3)
            logits = z @ w.T
            surprise = (logsumexp(logits, axis=1) - logits[np.arange(len(y)), y]).sum()
            return c * surprise + (w[:, :2] ** 2).sum() / 2

        w = minimize(loss, np.zeros(9)).x.reshape(3, 3)
        return lambda new: (with_one(new) @ w.T).argmax(axis=1)

    pseudo = np.array([MODELS[model]["pred_target"]])
    score = reverse_validation(pseudo, XT, XS, YS, [fit])
    assert score[0] == pytest.approx(MODELS[model]["CircularValidation"], rel=1e-12)
