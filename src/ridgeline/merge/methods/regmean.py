"""RegMean: the linear layer whose outputs are nearest to those of all models on their own data."""

from collections.abc import Mapping, Sequence

import numpy as np

from ridgeline.core.errors import InputError
from ridgeline.merge.kernels.families import weighted_sum
from ridgeline.merge.method import Chunk, Kernel, Method, Parameter, Steps, Target
from ridgeline.merge.methods.arrays import Floats, Models, stacked
from ridgeline.merge.methods.checks import fraction


def regmean(models: Models, grams: Models, *, alpha: float = 0.9) -> Floats:
    """Return (Σ Wᵢ·Gᵢ)·(Σ Gᵢ)⁻¹: Jin et al. 2023 (arXiv:2212.09849), equation 2, for weights of [outputs, inputs].

    Args:
        models: the weight of one linear layer a model, [outputs, inputs] each.
        grams: the inner products of the layer's inputs on the model's data, XᵀX, [inputs, inputs] each.
        alpha: what the entries off the diagonals are multiplied by, in [0, 1]; the paper takes 0.9. 0: each input has
            a weight of its own.

    Returns:
        [outputs, inputs], of least squared distance to the outputs of the models; of least norm where the inputs leave
        it open.

    Raises:
        InputError: shapes do not fit, or alpha is outside [0, 1].
    """
    values, products = stacked(models), stacked(grams)
    if values.ndim != 3 or products.shape != (len(values), values.shape[2], values.shape[2]):
        raise InputError(
            f"RegMean merges weights of [outputs, inputs] with [inputs, inputs] products of inputs; the shapes are"
            f" {values.shape[1:]} and {products.shape[1:]}, for {len(values)} and {len(products)} models.",
            "merge-shapes-differ",
        )
    keep = np.where(np.eye(values.shape[2], dtype=bool), 1.0, fraction("alpha", alpha))
    reduced = products.astype(np.float64) * keep
    right = np.einsum("moi,mij->oj", values.astype(np.float64), reduced)
    solved = np.linalg.lstsq(reduced.sum(axis=0).T, right.T, rcond=None)[0].T
    merged: Floats = solved.astype(values.dtype)
    return merged


def regmean_method(grams: Mapping[str, Sequence[Floats]]) -> Method:
    """Return RegMean as a method for the engine.

    Args:
        grams: tensor name → the inner products of the layer's inputs, one a model, [inputs, inputs] each. Tensors that
            are not among them are averaged, as in the paper.

    Returns:
        A method that a merge takes in place of a name; a layer is in memory whole.
    """

    def steps(target: Target) -> Steps:
        yield from ()
        products = grams.get(target.name)
        if products is None:
            return weighted_sum(target, [1 / target.models] * target.models)
        alpha = target.number("alpha")

        def run(chunk: Chunk) -> Floats:
            return regmean(chunk.rows(), products, alpha=alpha).ravel()

        return Kernel(run, unit="tensor")

    return Method(
        "regmean",
        "RegMean",
        "Jin et al., Dataless knowledge fusion by merging weights of language models, ICLR 2023, https://arxiv.org/abs/2212.09849",
        steps,
        (Parameter("alpha", 0.9, low=0.0, high=1.0, about="factor of the entries off the diagonals"),),
        base="none",
    )
