"""Ways to merge: each file has a pure function of whole arrays, and the `Method` that runs it in the engine."""

from ridgeline.core.errors import NotFoundError, did_you_mean
from ridgeline.merge.method import Method
from ridgeline.merge.methods.breadcrumbs import BREADCRUMBS, BREADCRUMBS_ROWS, BREADCRUMBS_TIES
from ridgeline.merge.methods.consensus import CONSENSUS
from ridgeline.merge.methods.dare import DARE_LINEAR, DARE_TIES
from ridgeline.merge.methods.della import DELLA, DELLA_LINEAR
from ridgeline.merge.methods.fisher import FISHER
from ridgeline.merge.methods.graft import GRAFT
from ridgeline.merge.methods.karcher import KARCHER
from ridgeline.merge.methods.linear import LINEAR
from ridgeline.merge.methods.model_stock import MODEL_STOCK
from ridgeline.merge.methods.multislerp import MULTISLERP
from ridgeline.merge.methods.nearswap import NEARSWAP
from ridgeline.merge.methods.nuslerp import NUSLERP
from ridgeline.merge.methods.passthrough import PASSTHROUGH
from ridgeline.merge.methods.ram import RAM, RAMPLUS_TL
from ridgeline.merge.methods.region import RANDOM_POINT
from ridgeline.merge.methods.sce import SCE
from ridgeline.merge.methods.slerp import SLERP
from ridgeline.merge.methods.task_arithmetic import TASK_ARITHMETIC
from ridgeline.merge.methods.ties import TIES
from ridgeline.merge.methods.ties_paper import TIES_PAPER
from ridgeline.merge.methods.uniform import CENTROID, UNIFORM
from ridgeline.merge.methods.weighted import WEIGHTED

METHODS = {
    method.name: method
    for method in (
        *(UNIFORM, WEIGHTED, LINEAR, SLERP, NUSLERP, MULTISLERP, KARCHER),
        *(TASK_ARITHMETIC, TIES, TIES_PAPER, DARE_LINEAR, DARE_TIES, DELLA, DELLA_LINEAR),
        *(BREADCRUMBS, BREADCRUMBS_ROWS, BREADCRUMBS_TIES, MODEL_STOCK, SCE, RAM, RAMPLUS_TL),
        *(FISHER, CONSENSUS, GRAFT, NEARSWAP, CENTROID, RANDOM_POINT, PASSTHROUGH),
    )
}


def find_method(name: str) -> Method:
    """Return a method by its name.

    Raises:
        NotFoundError: there is none of this name.
    """
    if name not in METHODS:
        raise NotFoundError(
            f"No merge method {name!r} among {', '.join(METHODS)}.{did_you_mean(name, METHODS)}",
            "merge-method-not-found",
        )
    return METHODS[name]
