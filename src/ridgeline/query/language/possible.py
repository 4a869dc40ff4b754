"""Which metrics can match at all, whatever the runs and the numbers: what an index need not look at.

Every part gets two answers for each metric: can it be true, can it be false. What depends on more than the metric can be
both. So nothing is lost under `not`, in comparisons, or in parts that mix runs and metrics.
"""

import numpy as np

from ridgeline.query.language import nodes
from ridgeline.query.language.evaluate import evaluate_truth
from ridgeline.query.language.nodes import Node
from ridgeline.query.language.scope import Scope
from ridgeline.query.language.values import Bools

_BEYOND_METRICS = (nodes.RunField, nodes.Param, nodes.RunMetric, nodes.Has)


def possible_metrics(scope: Scope, node: Node) -> Bools:
    """Return the metrics, rows of `scope.source.metrics`, for which the expression can be true."""
    return _possible(scope, node)[0]


def _possible(scope: Scope, node: Node) -> tuple[Bools, Bools]:
    match node:
        case nodes.Not(operand=operand):
            can_be_true, can_be_false = _possible(scope, operand)
            return can_be_false, can_be_true
        case nodes.Both(op=op, operands=operands):
            parts = [_possible(scope, operand) for operand in operands]
            true, false = ([part[i] for part in parts] for i in (0, 1))
            if op == "and":
                return np.logical_and.reduce(true), np.logical_or.reduce(false)
            return np.logical_or.reduce(true), np.logical_and.reduce(false)
        case _ if _depends_on_metric_alone(node):
            flags = evaluate_truth(scope, node, scope.source.metrics)
            return flags, ~flags
        case _:
            unknown = np.ones(scope.source.metrics.size, dtype=np.bool_)
            return unknown, unknown


def _depends_on_metric_alone(node: Node) -> bool:
    for part in nodes.walk(node):
        if isinstance(part, _BEYOND_METRICS):
            return False
        if isinstance(part, nodes.SeriesField) and part.name not in ("name", "kind"):
            return False
    return True
