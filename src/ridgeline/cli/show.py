import json
from collections import Counter
from datetime import datetime
from typing import Annotated

import pyarrow as pa
import typer
from rich.console import Console
from rich.text import Text

from ridgeline.cli.opening import open_repo
from ridgeline.cli.options import JsonOption, RepoOption
from ridgeline.cli.output import STATUS_STYLE, WIDE, people_table, plain, readable, write_json
from ridgeline.core.values import Json, encodable, flatten
from ridgeline.query.run_view import RunView


def command(
    run: Annotated[str, typer.Argument(help="Id, the beginning of an id, or name.", metavar="RUN")],
    repo: RepoOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show one run: its params, metrics, objects and artifacts; --json adds its environment and system metrics."""
    view = open_repo(repo).run(run)
    if as_json:
        write_json(plain(_document(view)))
    else:
        terminal = Console()
        _print(terminal if terminal.is_terminal else Console(width=WIDE), view)


def _document(view: RunView) -> dict[str, object]:
    return {
        "id": view.id,
        "name": view.name,
        "experiment": view.experiment,
        "status": view.status,
        "created": view.created,
        "ended": view.ended,
        "duration": view.duration,
        "tags": list(view.tags),
        "note": view.note,
        "archived": view.archived,
        "params": view.params,
        "metrics": [
            {
                "name": m.name,
                "context": m.context,
                "points": m.n,
                "first": m.first,
                "last": m.last,
                "min": m.min,
                "max": m.max,
            }
            for m in view.metrics
        ],
        "objects": [
            {"name": name, "context": json.loads(context), "mime": mime, "count": count}
            for (name, context, mime), count in _objects(view).items()
        ],
        "artifacts": [
            {"name": a.name, "size_bytes": a.size_bytes, "sha256": a.blob} for a in view.artifacts.values()
        ],
        "env": view.env,
        "warnings": [
            {"slug": w.slug, "message": w.message, "count": w.count} for w in view.recording_warnings.values()
        ],
        "error": view.error,
    }


def _print(console: Console, view: RunView) -> None:
    status = Text(view.status, STATUS_STYLE.get(view.status, ""))
    console.print(Text.assemble((view.name, "bold"), "  ", status, f"  {view.id}  in {view.experiment}"))
    facts = [
        _when("created", view.created),
        _when("ended", view.ended),
        "" if view.duration is None else f"took {view.duration:.4g} s",
        f"tags {', '.join(view.tags)}" if view.tags else "",
    ]
    console.print(Text("  ".join(filter(None, facts)), "dim"))
    if view.note:
        console.print(Text(f"\n{view.note}"))
    for warning in view.recording_warnings.values():
        console.print(Text(f"\n{warning.count} × {warning.message} [{warning.slug}]", "yellow"))
    if view.error:
        console.print(Text(f"\n{view.error}", "red"))
    params = flatten(view.params)
    if params:
        rows = pa.table(
            {
                "param": [encodable(path) for path in params],
                "value": [encodable(readable(value)) for value in params.values()],
            }
        )
        console.print("", people_table(rows, ""), sep="\n")
    metrics = [m for m in view.metrics if not m.name.startswith("system.")]
    if metrics:
        rows = pa.table(
            {
                "metric": [encodable(m.name) for m in metrics],
                "context": [_pairs(m.context) for m in metrics],
                "points": [m.n for m in metrics],
                "last": [m.last for m in metrics],
                "best": [m.best for m in metrics],
                "at step": [m.step_best for m in metrics],
            }
        )
        console.print("", people_table(rows, ""), sep="\n")
    objects = _objects(view)
    if objects:
        rows = pa.table(
            {
                "object": [encodable(name) for name, _, _ in objects],
                "context": [_pairs(json.loads(context)) for _, context, _ in objects],
                "count": list(objects.values()),
                "type": [mime for _, _, mime in objects],
            }
        )
        console.print("", people_table(rows, ""), sep="\n")
    for artifact in view.artifacts.values():
        size = "" if artifact.size_bytes is None else f", {artifact.size_bytes:,} bytes"
        console.print(Text(f"\nartifact {artifact.name}{size}"))


def _objects(view: RunView) -> Counter[tuple[str, str, str]]:
    """Count the texts, images, … by name, context (as JSON) and type."""
    return Counter((o.name, json.dumps(o.context, sort_keys=True), o.entry.mime) for o in view.objects())


def _pairs(context: dict[str, Json]) -> str:
    return encodable(", ".join(f"{key}={value}" for key, value in context.items()))


def _when(word: str, time: datetime | None) -> str:
    return f"{word} {time.astimezone():%Y-%m-%d %H:%M:%S}" if time else ""
