"""Quantiles of Student's t distribution for whole degrees of freedom, without SciPy."""

import math
from functools import cache
from statistics import NormalDist

import numpy as np

from ridgeline.query.lines.curves import Floats, Ints

# From here on five terms of the expansion are exact to 1e-11.
_MANY = 300


def t_quantiles(probability: float, degrees: Ints) -> Floats:
    """Return the quantile at `probability` (above 0.5) for each number of degrees of freedom; NaN below one."""
    distinct, place = np.unique(degrees, return_inverse=True)
    values = [t_quantile(probability, int(nu)) if nu >= 1 else math.nan for nu in distinct]
    return np.array(values, dtype=np.float64)[place.reshape(np.shape(degrees))]


@cache
def t_quantile(probability: float, degrees: int) -> float:
    """Return the quantile of Student's t at `probability` above 0.5: exact to 1e-10 relative."""
    start = _expansion(probability, degrees)
    if degrees >= _MANY:
        return start
    if degrees <= 2:
        return _closed(probability, degrees)
    target, t = 2 * probability - 1, start
    for _ in range(50):
        step = (_between(t, degrees) - target) / (2 * _density(t, degrees))
        # The distribution is concave right of 0, so Newton's steps from the left are safe; from the right they are halved.
        t = t - step if t > step else t / 2
        if abs(step) <= 1e-15 * t:
            break
    return t


def _closed(probability: float, degrees: int) -> float:
    if degrees == 1:
        return math.tan(math.pi * (probability - 0.5))
    centred = 2 * probability - 1
    return centred * math.sqrt(2 / (4 * probability * (1 - probability)))


def _between(t: float, nu: int) -> float:
    """Return the probability of (-t, t): Abramowitz & Stegun 1964, equations 26.7.3 and 26.7.4."""
    angle = math.atan2(t, math.sqrt(nu))
    sine, cosine = math.sin(angle), math.cos(angle)
    terms: list[float] = []
    if nu % 2:
        term = cosine
        for k in range(3, nu + 1, 2):
            terms.append(term)
            term *= cosine * cosine * (k - 1) / k
        return 2 / math.pi * (angle + sine * math.fsum(terms))
    term = 1.0
    for k in range(2, nu + 1, 2):
        terms.append(term)
        term *= cosine * cosine * (k - 1) / k
    return sine * math.fsum(terms)


def _density(t: float, nu: int) -> float:
    log_scale = math.lgamma((nu + 1) / 2) - math.lgamma(nu / 2) - 0.5 * math.log(nu * math.pi)
    return math.exp(log_scale - (nu + 1) / 2 * math.log1p(t * t / nu))


def _expansion(probability: float, nu: int) -> float:
    """Return the Cornish-Fisher expansion in 1/ν: Abramowitz & Stegun 1964, equation 26.7.5."""
    z = NormalDist().inv_cdf(probability)
    z2 = z * z
    g1 = (z2 + 1) * z / 4
    g2 = ((5 * z2 + 16) * z2 + 3) * z / 96
    g3 = (((3 * z2 + 19) * z2 + 17) * z2 - 15) * z / 384
    g4 = ((((79 * z2 + 776) * z2 + 1482) * z2 - 1920) * z2 - 945) * z / 92160
    return z + (g1 + (g2 + (g3 + g4 / nu) / nu) / nu) / nu
