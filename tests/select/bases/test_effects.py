"""Effects are those of least squares, also where cells are missing."""

import numpy as np
import pytest

from ridgeline.core.errors import InputError
from ridgeline.select.bases.effects import gain_effects


def draw(seed=0, bases=30, targets=8, base=1.0, target=2.0, noise=0.5, missing=0.0):
    rng = np.random.default_rng(seed)
    b, t = base * rng.normal(size=bases), target * rng.normal(size=targets)
    gains = 0.7 + b[:, None] + t + noise * rng.normal(size=(bases, targets))
    gains[rng.random(gains.shape) < missing] = np.nan
    return gains


def slow(gains):
    """Ordinary least squares on indicators: sums of squares explained by both, by targets, by bases; and fitted values."""
    rows, columns = np.nonzero(~np.isnan(gains))
    y = gains[rows, columns]
    is_base, is_target = (np.eye(n)[at] for n, at in zip(gains.shape, (rows, columns), strict=True))
    total = ((y - y.mean()) ** 2).sum()
    shares, fits = [], []
    for design in (np.column_stack([is_base, is_target]), is_target, is_base):
        fits.append(design @ np.linalg.lstsq(design, y, rcond=None)[0])
        shares.append(1 - ((y - fits[-1]) ** 2).sum() / total)
    return shares, y - fits[0]


@pytest.mark.parametrize("missing", [0.0, 0.3])
def test_it_is_least_squares(missing):
    gains = draw(missing=missing)
    found = gain_effects(gains, n_resamples=20)
    (both, target, base), left = slow(gains)
    assert found.r_squared == pytest.approx(both)
    assert found.base_share == pytest.approx(both - target)
    assert found.target_share == pytest.approx(both - base)
    assert found.sum_share == pytest.approx((both - target) / (1 - target))
    assert found.residuals[~np.isnan(gains)] == pytest.approx(left)
    assert (np.isnan(found.residuals) == np.isnan(gains)).all()
    assert found.spread == pytest.approx(np.sqrt((left**2).mean()))
    assert found.base.sum() == pytest.approx(0)
    assert found.target.sum() == pytest.approx(0)
    fitted = found.mean + found.base[:, None] + found.target
    assert (gains - fitted)[~np.isnan(gains)] == pytest.approx(left)


def test_in_a_whole_table_the_shares_sum_to_the_whole():
    found = gain_effects(draw(), n_resamples=20)
    assert found.base_share + found.target_share == pytest.approx(found.r_squared)


def test_the_best_product_is_the_first_singular_vector():
    gains = draw(noise=2)
    left = gains - gains.mean(axis=0)
    singular = np.linalg.svd(left, compute_uv=False)
    found = gain_effects(gains, n_resamples=20)
    assert found.product_share == pytest.approx(singular[0] ** 2 / (singular**2).sum(), rel=1e-5)
    assert found.sum_share <= found.product_share


def test_gains_that_are_a_sum_leave_nothing_and_those_that_are_a_product_are_told():
    found = gain_effects(draw(noise=0), n_resamples=50)
    assert found.r_squared == pytest.approx(1)
    assert found.r_squared_interval == pytest.approx((1, 1))
    rng = np.random.default_rng(1)
    product = gain_effects(np.outer(rng.normal(size=20), rng.normal(size=6)), n_resamples=20)
    assert product.product_share == pytest.approx(1)
    assert product.sum_share < 0.7


def test_the_intervals_hold_the_true_share_of_the_base():
    """Bases are resampled; with 60 of them, 95 % intervals hold about 88 %."""
    inside = 0
    big = gain_effects(draw(9, bases=4000, target=1.0), n_resamples=2)
    for seed in range(40):
        rng = np.random.default_rng(seed)
        t = np.random.default_rng(9).normal(size=4000 + 8)[4000:]  # the targets stay, other bases come
        gains = 0.7 + rng.normal(size=(60, 1)) + t + 0.5 * rng.normal(size=(60, 8))
        low, high = gain_effects(gains, n_resamples=200, seed=seed).base_share_interval
        inside += low <= big.base_share <= high
    assert inside >= 31


@pytest.mark.parametrize(
    ("gains", "slug"),
    [
        (np.ones((1, 5)), "effects-shape"),
        (np.ones(5), "effects-shape"),
        (np.array([[1, np.inf], [2, 3]]), "effects-shape"),
        (np.ones((4, 5)), "effects-constant"),
        (np.array([[1.0, 2, np.nan, np.nan], [np.nan, np.nan, 3, 4]]), "effects-apart"),
        (np.array([[1.0, 2], [np.nan, np.nan], [3, 1]]), "effects-apart"),
    ],
)
def test_what_cannot_be_is_refused(gains, slug):
    with pytest.raises(InputError) as error:
        gain_effects(gains)
    assert error.value.slug == slug
