"""What the JSON endpoints answer, for the code that makes it and for the OpenAPI document.

Dicts, not models: they are written as they are, lone surrogates included, which models refuse. NaN and ±Inf are null.
"""

from typing import (
    Literal,
    NotRequired,  # pydantic reads typing's from Python 3.12 on
)

from pydantic import JsonValue
from typing_extensions import TypedDict


class Neighbour(TypedDict):
    """Another repository that the same command serves, and the address of its pages."""

    name: str
    url: str


class Indexing(TypedDict):
    """How far the index is that is being built: answers are about the runs that are `indexed`, of `total` that there are."""

    indexed: int
    total: int


class Project(TypedDict):
    """The repository; `generation` changes whenever an answer may have changed, `indexing` is null when all is there."""

    name: str
    root: str
    version: str
    runs: int
    archived: int
    running: int
    generation: int
    indexing: Indexing | None
    expression_roots: list[str]
    neighbours: list[Neighbour]


class NameCount(TypedDict):
    """An experiment or tag, and how many runs have it."""

    name: str
    runs: int


class ParamPicker(TypedDict):
    """A param; `values` are up to 50 of the `distinct` ones, those that most runs have, sorted."""

    path: str
    expression: str
    runs: int
    kinds: list[str]
    distinct: int
    values: list[JsonValue]


class ContextCount(TypedDict):
    """A context of a metric, and how many runs have it."""

    context: JsonValue
    runs: int


class MetricPicker(TypedDict):
    """The name of metrics, or of objects of one kind."""

    name: str
    kind: str
    runs: int
    contexts: list[ContextCount]
    goal: Literal["min", "max"]


class PickerLists(TypedDict):
    """All that there is to pick from."""

    experiments: list[NameCount]
    tags: list[NameCount]
    params: list[ParamPicker]
    metrics: list[MetricPicker]


class Warned(TypedDict):
    """What went wrong while a run recorded, and how often."""

    slug: str
    message: str
    count: int
    time: float | None


class ArtifactFile(TypedDict):
    """A logged file: `sha` of the copy in the blobs, or `uri` of where it lies."""

    name: str
    size_bytes: int | None
    mime: str | None
    sha: str | None
    uri: str | None
    time: float | None


class SeriesSummary(TypedDict):
    """A series of numbers; values that are not finite are null."""

    name: str
    context: JsonValue
    kind: str
    n: int
    n_nan: int
    n_inf: int
    first: float | None
    last: float | None
    min: float | None
    max: float | None
    mean: float | None
    goal: Literal["min", "max"]
    best: float | None
    step_last: int
    step_min: int | None
    step_max: int | None
    step_best: int | None
    time_last: float | None


class ObjectSeries(TypedDict):
    """A series of objects of one kind."""

    name: str
    context: JsonValue
    kind: str
    n: int


class Segment(TypedDict):
    """A log of the run."""

    id: str
    size_bytes: int
    gaps: int
    live: bool


class RunFacts(TypedDict):
    """What every run has."""

    id: str
    name: str
    experiment: str
    status: str
    created: float | None
    ended: float | None
    duration: float | None
    tags: list[str]
    note: str
    archived: bool


class RunRow(RunFacts):
    """A run in a list; `values` stand in the order of the columns that were asked for."""

    values: list[JsonValue]


class RunsPage(TypedDict):
    """A part of the runs that match."""

    total: int
    matched: int
    columns: list[str]
    runs: list[RunRow]
    warnings: list[JsonValue]
    ms: float


class RunDetails(RunFacts):
    """All about a run except its points, objects and console."""

    params: JsonValue
    env: JsonValue
    warnings: list[Warned]
    artifacts: list[ArtifactFile]
    metrics: list[SeriesSummary]
    objects: list[ObjectSeries]
    segments: list[Segment]
    error: str | None


class Rank(TypedDict):
    """The place of a run among its siblings by its best value, 1 for the best."""

    name: str
    context: JsonValue
    best: float | None
    last: float | None
    rank: int
    of: int


class ValueCount(TypedDict):
    """A value of a param, and how many runs have it."""

    value: JsonValue
    runs: int


class SiblingParam(TypedDict):
    """A param in which siblings differ: how many have the run's own value, and none; its most frequent values."""

    path: str
    same: int
    missing: int
    distinct: int
    common: list[ValueCount]


class Neighbouring(TypedDict):
    """The run before or after."""

    id: str
    name: str


class Siblings(TypedDict):
    """The runs of the same experiment by creation: how many, the run's place and neighbours; params that differ; ranks."""

    n: int
    place: int
    previous: Neighbouring | None
    next: Neighbouring | None
    params: list[SiblingParam]
    ranks: list[Rank]


class LineageMember(TypedDict):
    """A run, or what no run here is: then its name is all that is known. What it was made from has a smaller depth."""

    id: str
    name: str
    status: str | None
    depth: int


class LineageGraph(TypedDict):
    """What a run was made from and what was made from it; edges are pairs of parent and child among the members."""

    members: list[LineageMember]
    edges: list[tuple[int, int]]
    left_out: int


class ConsoleLine(TypedDict):
    """A line of console output, colour codes kept."""

    n: int
    time: float | None
    stream: Literal["stdout", "stderr"]
    text: str


class ConsolePage(TypedDict):
    """Console output; `next` is what to ask for `after` next time."""

    lines: list[ConsoleLine]
    next: int


class ListedRun(TypedDict):
    """A run that objects of a list belong to."""

    id: str
    name: str
    experiment: str
    status: str
    created: float | None


class ListedSeries(TypedDict):
    """A series that objects of a list belong to; `run` counts in the list of runs, `fields` follow the keys asked for."""

    run: int
    name: str
    context: JsonValue
    n: int
    step_first: int
    step_last: int
    fields: list[JsonValue]


class ObjectGroup(TypedDict):
    """A row or column that objects stand in."""

    label: str
    key: dict[str, JsonValue]


class ListedObject(TypedDict):
    """An object; `series`, `row` and `column` count in the lists of that name. Its bytes are at `url` and never change."""

    id: str
    series: int
    row: int
    column: int
    step: int
    index: int | None
    epoch: float | None
    time: float | None
    mime: str
    meta: JsonValue
    size_bytes: int
    url: str
    content: NotRequired[str | None]


class Notice(TypedDict):
    """A warning; `start` and `end` are characters of the query."""

    slug: str
    message: str
    start: int
    end: int


class ObjectPage(TypedDict):
    """A page of objects of one kind, with the runs, series and groups they belong to."""

    kind: str
    total: int
    matched: int
    offset: int
    steps: list[int]
    last_index: int
    runs: list[ListedRun]
    series: list[ListedSeries]
    rows: list[ObjectGroup]
    columns: list[ObjectGroup]
    objects: list[ListedObject]
    warnings: list[Notice]
    generation: int
    ms: float


class ActiveDay(TypedDict):
    """A day, as `2026-03-14`, and how many runs were started on it."""

    day: str
    runs: int


class TargetOutcome(TypedDict):
    """What a pick is worth on the target's test set; low and high hold the regret in 95 % of resampled sweeps."""

    score: float
    oracle: float
    regret: float
    low: float
    high: float
    rank: int
    kendall: float | None
    spearman: float | None
    wins: float


class RulePick(TypedDict):
    """What a rule says of each run, in their order, and the places of those that tie for its best score; `note` may be blank."""

    name: str
    title: str
    paper: str
    scores: list[float | None]
    chosen: list[int]
    outcome: TargetOutcome | None
    behind: list[float] | None
    note: str


class RuleRefused(TypedDict):
    """A rule that cannot choose, and why."""

    name: str
    slug: str
    message: str


class RuleRehearsal(TypedDict):
    """Rules judged on pivots that play the target, by dev scores alone; ranks are null where there is too little to rank."""

    rules: list[str]
    tasks: list[str]
    mean_regrets: list[float]
    average_ranks: list[float] | None
    critical_difference: float | None
    groups: list[list[int]]
    friedman: float | None
    p_value: float | None


class PoolRegrets(TypedDict):
    """Mean regret over all pools of so many candidates: a list a rule, in the order of the rules, with a value a size."""

    sizes: list[int]
    regrets: list[list[float]]


class OfferedRule(TypedDict):
    """A rule that can be asked for; a scorer looks at predictions alone and needs no labels of the target."""

    name: str
    title: str
    scorer: bool


class Choice(TypedDict):
    """Candidates for a target and what rules pick among them; `test` is null while the test scores are hidden.

    Candidates are runs, or, where `steps` is not null, their checkpoints, with `ids` and `names` that end in `@step`. Intervals come
    from what was `resampled`; `notes` says what there is to know of the scores.

    Columns are expressions that give the scores of tasks and of the target in a table of runs.
    """

    metric: str
    goal: Literal["min", "max"]
    tasks: list[str]
    targets: list[str]
    task: str
    source: str | None
    pivots: list[str]
    dev_columns: list[str]
    test_column: str
    ids: list[str]
    names: list[str]
    steps: list[int] | None
    rules: list[RulePick]
    refused: list[RuleRefused]
    offered: list[OfferedRule]
    rehearsal: RuleRehearsal | None
    pools: PoolRegrets | None
    test: list[float | None] | None
    resampled: Literal["candidates", "examples", "both"] | None
    notes: list[str]
    ms: float
