"""Each formula against a closed form, or against a slow and obvious version of itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.stats import gaussian_kde, multivariate_normal, norm
from scorer_outputs import NearestCentroid

from ridgeline.select.scorers.agreement import agreement
from ridgeline.select.scorers.agreement_line import agreement_line
from ridgeline.select.scorers.atc import atc
from ridgeline.select.scorers.density_ratio import classifier_log_ratios, kde_log_ratios, logistic_regression
from ridgeline.select.scorers.dev import dev, weighted_risk
from ridgeline.select.scorers.doc import difference_of_confidences
from ridgeline.select.scorers.entropy import entropy
from ridgeline.select.scorers.h_score import h_score
from ridgeline.select.scorers.hopkins import STREAM, hopkins
from ridgeline.select.scorers.importance import importance_weighted
from ridgeline.select.scorers.labelled import labelled_accuracy
from ridgeline.select.scorers.leep import leep
from ridgeline.select.scorers.logme import logme
from ridgeline.select.scorers.mano import mano
from ridgeline.select.scorers.mixval import mixval
from ridgeline.select.scorers.mutual_information import mutual_information
from ridgeline.select.scorers.nce import negative_conditional_entropy
from ridgeline.select.scorers.rankme import rankme
from ridgeline.select.scorers.reverse_validation import reverse_validation
from ridgeline.select.scorers.snd import snd
from ridgeline.select.scorers.transfer_score import transfer_score
from ridgeline.select.scorers.uniformity import uniformity

SEEDS = st.integers(0, 2**32 - 1)
FEW = settings(max_examples=20)


def simplex(classes):
    """As many vectors as classes, with the same angle between any two."""
    return np.eye(classes) - 1 / classes


class TestPredictionsAlone:
    even, sure = np.full((6, 3), 1 / 3), np.eye(3)[[0, 1, 2, 0, 1, 2]]
    one_class = np.eye(3)[[1] * 6]
    p = np.stack([even, sure, one_class])

    def test_entropy(self):
        assert entropy(self.p) == pytest.approx([-np.log(3), 0, 0], abs=1e-12)

    def test_mutual_information_wants_many_classes_too(self):
        assert mutual_information(self.p) == pytest.approx([0, np.log(3), 0], abs=1e-12)

    def test_mano(self):
        assert mano(self.p) == pytest.approx([1 / 3, 3**-0.25, 3**-0.25])

    def test_snd_is_largest_where_all_are_alike(self):
        scores = snd(self.p)
        assert scores[[0, 2]] == pytest.approx([np.log(5)] * 2)
        assert scores[1] == pytest.approx(0, abs=1e-5)  # one other of the class: the rest are e^-20


@FEW
@given(SEEDS, st.integers(2, 1100), st.sampled_from([2, 5, 300]))
def test_snd_in_blocks_is_the_row_entropy_of_the_whole_matrix(seed, n, classes):
    p = np.random.default_rng(seed).dirichlet(np.full(classes, 0.3), size=n)
    z = p / np.linalg.norm(p, axis=1, keepdims=True)
    logits = z @ z.T / 0.05
    np.fill_diagonal(logits, -np.inf)
    q = np.exp(logits - logits.max(axis=1, keepdims=True))
    q /= q.sum(axis=1, keepdims=True)
    expected = -(q * np.log(np.where(q > 0, q, 1))).sum(axis=1).mean()
    assert snd(p[None])[0] == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert snd(p[None].astype(np.float32))[0] == pytest.approx(expected, abs=2e-5)


@FEW
@given(SEEDS)
def test_atc_cuts_off_as_many_source_examples_as_are_wrong(seed):
    rng = np.random.default_rng(seed)
    p = rng.dirichlet([1, 1, 1], size=(5, 40))
    y = rng.integers(0, 3, 40)
    accuracy = (p.argmax(axis=2) == y).mean(axis=1)
    assert atc(p, y, p) == pytest.approx(accuracy)  # confidences are all different
    assert difference_of_confidences(p, y, p) == pytest.approx(accuracy)


def test_atc_of_a_candidate_without_a_right_answer_is_0():
    p = np.array([[[0.9, 0.1], [0.2, 0.8]]])
    assert atc(p, [1, 0], p).tolist() == [0]
    assert atc(p, [0, 1], p).tolist() == [1]


class TestAgreement:
    def test_by_hand(self):
        assert agreement([[0, 1, 2, 0], [0, 1, 2, 1], [0, 0, 0, 0]]) == pytest.approx(
            [(3 / 4 + 2 / 4) / 2, (3 / 4 + 1 / 4) / 2, (2 / 4 + 1 / 4) / 2]
        )

    @FEW
    @given(SEEDS)
    def test_on_the_line_solves_the_least_squares_problem(self, seed):
        rng = np.random.default_rng(seed)
        source, target = rng.integers(0, 3, (6, 50)), rng.integers(0, 3, (6, 70))
        y = rng.integers(0, 3, 50)
        pairs = [(i, j) for i in range(6) for j in range(i)]
        on = {
            name: norm.ppf(
                np.clip([(c[i] == c[j]).mean() for i, j in pairs], 0.5 / c.shape[1], 1 - 0.5 / c.shape[1])
            )
            for name, c in (("source", source), ("target", target))
        }
        slope = np.polyfit(on["source"], on["target"], 1)[0]
        accuracy = norm.ppf(np.clip((source == y).mean(axis=1), 0.01, 0.99))
        known = [
            on["target"][k] + slope * ((accuracy[i] + accuracy[j]) / 2 - on["source"][k])
            for k, (i, j) in enumerate(pairs)
        ]
        matrix = np.array([[0.5 * (c in pair) for c in range(6)] for pair in pairs])
        expected = norm.cdf(np.linalg.lstsq(matrix, np.array(known))[0])
        assert agreement_line(source, y, target) == pytest.approx(expected, abs=1e-9)

    def test_on_the_line_finds_accuracies_where_the_line_holds(self):
        """Errors that are independent, at one rate at home and a higher one abroad, lie on one line."""
        rng = np.random.default_rng(0)
        n, skill = 4000, np.linspace(0.5, 0.9, 12)
        y = rng.integers(0, 2, n)

        def predict(accuracy):
            return np.where(rng.random((12, n)) < accuracy[:, None], y, 1 - y)

        abroad = norm.cdf(0.7 * norm.ppf(skill))
        source, target = predict(skill), predict(abroad)
        estimated = agreement_line(source, y, target)
        assert np.corrcoef(estimated, abroad)[0, 1] > 0.98


class TestFeatures:
    rng = np.random.default_rng(0)

    @pytest.mark.parametrize("classes", [2, 3, 7])
    def test_a_regular_simplex_is_uniform(self, classes):
        assert uniformity(simplex(classes)[None]) == pytest.approx([0], abs=1e-12)

    def test_equal_weights_are_least_uniform(self):
        assert uniformity(np.ones((1, 2, 3))) == pytest.approx([np.pi**2])

    def test_hopkins_tells_clusters_from_an_even_spread(self):
        even = self.rng.random((2000, 2))
        clusters = np.repeat(self.rng.random((5, 2)), 400, axis=0) + 0.001 * self.rng.normal(size=(2000, 2))
        scores = hopkins(np.stack([even, clusters]))
        assert scores[0] == pytest.approx(0.5, abs=0.04)
        assert scores[1] > 0.97

    def test_hopkins_is_the_slow_sum_of_nearest_distances(self):
        x = self.rng.normal(size=(120, 3)) + 1e4  # far from 0: ‖x‖² − 2x·p alone would lose the distances
        rng = np.random.default_rng((7, STREAM))
        even, rows = rng.random((2, 6, 3)), [rng.choice(120, 6, replace=False) for _ in range(2)]
        statistics = []
        for points, sample in zip(x.min(axis=0) + even * np.ptp(x, axis=0), rows, strict=True):
            u = sum(np.linalg.norm(x - point, axis=1).min() for point in points)
            w = sum(np.sort(np.linalg.norm(x - x[row], axis=1))[1] for row in sample)
            statistics.append(u / (u + w))
        assert hopkins(x[None], seed=7, repeats=2)[0] == pytest.approx(np.mean(statistics), rel=1e-9)

    def test_hopkins_of_one_point_many_times_is_not_known(self):
        assert np.isnan(hopkins(np.ones((1, 30, 2)))).all()

    def test_hopkins_of_other_seeds_is_near_and_not_the_same(self):
        x = self.rng.normal(size=(1, 1000, 3))
        assert hopkins(x, seed=1)[0] != hopkins(x)[0]
        assert hopkins(x, seed=1)[0] == pytest.approx(hopkins(x)[0], abs=0.05)

    def test_transfer_score_is_best_for_sure_and_even_classes_in_clusters(self):
        y = np.arange(600) % 3
        features = simplex(3)[y] + 0.001 * self.rng.normal(size=(600, 3))
        score = transfer_score(np.eye(3)[y][None], features[None], simplex(3)[None])
        assert score[0] == pytest.approx(2, abs=0.03)

    @pytest.mark.parametrize("n", [4, 5, 200])
    def test_rankme_of_orthogonal_columns_is_their_number(self, n):
        assert rankme(np.eye(n)[None, :, :4]) == pytest.approx([4], rel=1e-5)

    def test_rankme_of_one_direction_is_1_and_of_nothing_is_not_known(self):
        x = np.stack([np.outer(np.arange(1, 30), [1, 2, 3]), np.zeros((29, 3))])
        assert rankme(x)[0] == pytest.approx(1, abs=1e-5)
        assert np.isnan(rankme(x)[1])


class TestLabelled:
    def test_accuracy(self):
        assert labelled_accuracy([[0, 1, 2], [0, 0, 0]], [0, 1, 0]) == pytest.approx([2 / 3, 2 / 3])

    @pytest.mark.parametrize(("n", "dims"), [(40, 5), (12, 30)])
    def test_logme_is_the_largest_evidence_over_both_precisions(self, n, dims):
        rng = np.random.default_rng(n)
        y = np.arange(n) % 3
        f = rng.normal(size=(n, dims)) + np.eye(3, dims)[y]
        best = []
        for one in range(3):
            t = (y == one).astype(float)

            def surprise(logs, t=t):
                alpha, beta = np.exp(logs)
                return -multivariate_normal.logpdf(t, np.zeros(n), np.eye(n) / beta + f @ f.T / alpha)

            best.append(
                -minimize(surprise, [1.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-6}).fun / n
            )
        assert logme(f[None], y)[0] == pytest.approx(np.mean(best), abs=1e-4)

    def test_logme_prefers_features_that_tell_the_classes(self):
        rng = np.random.default_rng(0)
        y = np.arange(60) % 3
        noise = rng.normal(size=(60, 4))
        scores = logme(np.stack([noise, noise + 3 * np.eye(3, 4)[y]]), y)
        assert scores[1] > scores[0] + 0.3

    def test_logme_without_features_is_not_known(self):
        assert np.isnan(logme(np.zeros((1, 6, 2)), [0, 1] * 3)).all()

    def test_leep_by_hand(self):
        """P(y|z) of z = 0: (0.9 + 0.6) / (0.9 + 0.6 + 0.2) for y = 0."""
        theta = np.array([[[0.9, 0.1], [0.6, 0.4], [0.2, 0.8]]])
        zero, one = np.array([1.5 / 1.7, 0.5 / 1.3]), np.array([0.2 / 1.7, 0.8 / 1.3])
        expected = np.log([zero @ theta[0, 0], zero @ theta[0, 1], one @ theta[0, 2]]).mean()
        assert leep(theta, [5, 5, 8]) == pytest.approx([expected])

    def test_leep_of_one_sure_class_is_the_entropy_of_the_labels(self):
        theta = np.tile([1.0, 0.0, 0.0], (1, 4, 1))
        assert leep(theta, [0, 0, 1, 1]) == pytest.approx([-np.log(2)])

    def test_nce_does_not_mind_how_classes_are_named(self):
        y = [0, 0, 1, 1]
        z = [[7, 7, 3, 3], [0, 0, 0, 0], [0, 1, 0, 1], [0, 1, 2, 2]]
        assert negative_conditional_entropy(z, y) == pytest.approx([0, -np.log(2), -np.log(2), 0])

    def test_h_score_is_the_trace_of_the_two_covariances(self):
        rng = np.random.default_rng(3)
        y = rng.integers(0, 4, 50)
        f = rng.normal(size=(50, 6)) @ rng.normal(size=(6, 6)) + 100
        means = np.stack([f[y == one].mean(axis=0) for one in y])
        expected = np.trace(np.linalg.pinv(np.cov(f.T)) @ np.cov(means.T))
        assert h_score(f[None], y)[0] == pytest.approx(expected, rel=1e-9)

    def test_h_score_with_as_many_dims_as_examples_says_nothing(self):
        f = np.random.default_rng(0).normal(size=(1, 12, 40))
        assert h_score(f, np.arange(12) % 4) == pytest.approx([3])

    def test_h_score_of_features_that_do_not_vary_is_0(self):
        assert h_score(np.full((1, 30, 3), 0.1), np.arange(30) % 3).tolist() == [0]


class TestDensityRatios:
    rng = np.random.default_rng(1)
    source, target = rng.normal(size=(400, 2)), rng.normal(size=(300, 2)) + np.array([1.0, 0.5])

    def test_logistic_regression_is_at_the_minimum(self):
        z = np.concatenate([self.source, self.target])
        y = np.repeat([0.0, 1.0], [400, 300])

        def loss(w):
            logits = z @ w[:2] + w[2]
            return np.logaddexp(0, logits).sum() - y @ logits + w[:2] @ w[:2] / 2

        found = minimize(loss, np.zeros(3), tol=1e-12, method="Nelder-Mead").x
        assert logistic_regression(z, y) == pytest.approx(found, abs=1e-4)

    def test_domains_without_overlap_have_finite_weights(self):
        z = np.array([[-1e3], [-2e3], [1e3], [2e3]])
        assert np.isfinite(logistic_regression(z, np.array([0.0, 0, 1, 1]))).all()

    def test_kernel_densities_are_those_of_scipy(self):
        """SciPy scales its kernel by the data's covariance; one dim of variance 1 makes both the same."""
        source, target = (x[:, 0] / x[:, 0].std(ddof=1) for x in (self.source, self.target))
        ratio = gaussian_kde(target, 0.5)(source) / gaussian_kde(source, 0.5)(source)
        ours = kde_log_ratios(source[:, None], target[:, None], source[:, None], bandwidth=0.5)
        assert ours == pytest.approx(np.log(ratio), rel=1e-9)

    def test_both_ways_come_near_the_true_ratio(self):
        truth = self.source @ [1.0, 0.5] - (1 + 0.25) / 2
        for log_ratios, closeness in ((classifier_log_ratios, 0.98), (kde_log_ratios, 0.95)):
            found = log_ratios(self.source, self.target, self.source)
            assert np.corrcoef(found, truth)[0, 1] > closeness

    def test_importance_corrects_what_the_source_misleads_about(self):
        """The candidate is right where x > 0: half of the source, and 84 % of a target at +1."""
        right = (self.source[:, 0] > 0).astype(int)
        score = importance_weighted(right[None], np.ones(400, int), self.source[None], self.target[None])
        assert right.mean() == pytest.approx(0.5, abs=0.06)
        assert score[0] == pytest.approx(norm.cdf(1), abs=0.05)

    @pytest.mark.parametrize("log_ratios", [classifier_log_ratios, kde_log_ratios])
    @pytest.mark.parametrize("gap", [6, 1000])
    def test_domains_that_do_not_overlap_are_not_known(self, log_ratios, gap):
        """A thousand apart, all weights are alike: alike small."""
        far = self.source + gap
        one = np.zeros((1, 400), int)
        assert np.isnan(importance_weighted(one, one[0], self.source[None], far[None], log_ratios)).all()
        assert np.isnan(dev(np.full((1, 400, 2), 0.5), one[0], self.source[None], far[None])).all()

    def test_the_mean_weight_is_the_part_of_the_target_that_the_source_covers(self):
        half = np.concatenate([self.source[:200], self.source[:200] + 50])
        for log_ratios in (classifier_log_ratios, kde_log_ratios):
            covered = np.exp(log_ratios(self.source[200:], half, self.source[200:])).mean()
            assert covered == pytest.approx(0.5, abs=0.1)

    def test_equal_domains_weigh_alike(self):
        wrong = np.arange(400) % 4 == 0
        score = importance_weighted(wrong[None] * 1, np.zeros(400, int), self.source[None], self.source[None])
        assert score[0] == pytest.approx(0.75)
        p = np.random.default_rng(0).dirichlet([1, 1], size=(1, 400))
        risk = dev(p, wrong * 1, self.source[None], self.source[None])
        assert -risk[0] == pytest.approx(-np.log(p[0, np.arange(400), wrong * 1]).mean())

    def test_the_control_variate_of_dev_keeps_the_mean_and_narrows_the_spread(self):
        """With the true weights and a loss that has nothing to do with them, which is where it helps."""
        rng = np.random.default_rng(0)
        plain, controlled = [], []
        for _ in range(300):
            w = np.exp(0.7 * rng.normal(size=200) - 0.7**2 / 2)
            losses = rng.exponential(size=200)
            plain.append((w * losses).mean())
            controlled.append(weighted_risk(w, losses))
        assert np.mean(controlled) == pytest.approx(1, abs=0.02)
        assert np.std(controlled) < 0.9 * np.std(plain)


class TestModels:
    rng = np.random.default_rng(2)
    y_source, y_target = np.arange(60) % 3, np.arange(45) % 3
    source = 4 * np.eye(3)[y_source] + rng.normal(size=(60, 3))
    target = 4 * np.eye(3)[y_target] + rng.normal(size=(45, 3)) + 0.3

    @staticmethod
    def fit(inputs, labels):
        return NearestCentroid(inputs, labels, np.ones(3))

    def test_reverse_validation_finds_who_labels_the_target_well(self):
        rotated = (self.y_target + 1) % 3
        noisy = np.where(self.rng.random(45) < 0.7, self.rng.integers(0, 3, 45), self.y_target)
        scores = reverse_validation(
            [self.y_target, noisy, rotated], self.target, self.source, self.y_source, [self.fit] * 3
        )
        assert scores[0] > 0.95
        assert scores[0] >= scores[1] > scores[2]
        assert scores[2] < 0.05

    def test_reverse_validation_trains_nothing_from_one_class(self):
        def fit(_inputs, _labels):
            raise AssertionError

        scores = reverse_validation([[1] * 45], self.target, self.source, self.y_source, [fit])
        assert scores.tolist() == [1 / 3]

    def test_mixval_by_hand(self):
        """0 is mixed with 10 to 4.5, and 10 with 0 to 5.5; a border at 5 keeps both, one at 7 loses the second."""
        x, partners = np.array([[0.0], [10.0], [0.0], [10.0]]), [1, 0, 2, 3]
        predict = [lambda z, at=at: (z[:, 0] > at).astype(int) for at in (5, 7, 100)]
        assert mixval(x, predict, partners).tolist() == [1, (1 + 0.5) / 2, 1]

    def test_mixval_mixes_the_same_pairs_for_all(self):
        predict = [self.fit(self.source, self.y_source)] * 2
        scores = mixval(self.target, predict)
        assert scores[0] == scores[1]
        assert scores[0] == mixval(self.target, predict, seed=0)[0]
