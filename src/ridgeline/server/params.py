"""Query parameters that several endpoints share, with their bounds."""

from typing import Annotated, TypeAlias

from fastapi import Path, Query
from pydantic import Field

from ridgeline.query.language.parse import MAX_CHARS

# An entry of a list; all lists of a request together fit into serve.MAX_HEAD_BYTES.
Text: TypeAlias = Annotated[str, Field(max_length=1000)]
Filter: TypeAlias = Annotated[
    str,
    Query(
        max_length=MAX_CHARS,
        description="An expression over `run` (and `metric`); blank: all runs that are not archived.",
        examples=['run.hparams.lr > 1e-4 and "lab" in run.tags'],
    ),
]
Sort: TypeAlias = Annotated[
    str,
    Query(
        max_length=MAX_CHARS,
        description="Expressions to sort by, separated by commas, `-` in front for downwards; blank: newest first.",
        examples=['-run.metrics["f1"].best, run.name'],
    ),
]
ColumnTexts: TypeAlias = Annotated[
    list[Text],
    Query(
        max_length=200,
        description="Expressions to show; `varying` stands for all params that differ, `params` for all params.",
        examples=[["varying", 'run.metrics["f1", {"lang": "de"}].last']],
    ),
]
Selectors: TypeAlias = Annotated[
    list[Text],
    Query(
        max_length=200,
        description="Metrics: a name, glob (`val/*`, `*` for all) or pattern (`re:^(f1|loss)$`), with what the context must have"
        ' or not: `f1{"lang": "de"}`, one of several `{"lang": ["de", "es"]}`, a glob or `re:` pattern `{"lang": "*"}`, nothing'
        ' `{"lang": null}`.',
        examples=[['f1{"lang": "de"}'], ["re:^(f1|loss)$"]],
    ),
]
Deleted: TypeAlias = Annotated[
    bool,
    Query(
        description="Ask the deleted runs, archived ones too, in place of the others; `PATCH /api/runs` takes a deletion back."
    ),
]
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$"
RunId: TypeAlias = Annotated[str, Path(pattern=ID_PATTERN, description="A run's id.")]
