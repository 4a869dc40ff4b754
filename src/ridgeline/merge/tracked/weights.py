"""The model of a run, as a folder or file that can be merged."""

import shutil
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import NotFoundError
from ridgeline.log.run_state import Artifact
from ridgeline.merge.tracked import PREFIX
from ridgeline.query.repo import Repo
from ridgeline.query.run_view import RunView

FOLDER = "merge.folder"
"""The param that says where a merged model lies that is not stored in the repository."""
_WEIGHTS = ".safetensors"


def weights_of(repo: Repo, run: str, into: Path) -> Path:
    """Find the model of a run; what is stored in the repository gets its names back as links in a new folder.

    The model is the one safetensors file that the run has logged, or the one folder with safetensors files, with all that
    was logged beside them; else the folder that `merge.folder` names; else one that an artifact links to.

    Args:
        repo: where the run is.
        run: its id, its name or the beginning of its id; `ID/NAME` for an artifact or a folder of artifacts by name.
        into: a folder for the links.

    Raises:
        NotFoundError: there is no such run, or it has no model, or several of which none is named.
    """
    name, _, wanted = run.partition("/")
    return _model_of(repo, repo.run(name), wanted, into)


def _model_of(repo: Repo, view: RunView, wanted: str, into: Path) -> Path:
    inside = [
        name for name in view.artifacts if name == wanted or name.startswith(f"{wanted}/") or not wanted
    ]
    stored = {name: found for name in inside if (found := view.artifacts[name]).blob is not None}
    folders = {str(PurePosixPath(name).parent) for name in stored if name.endswith(_WEIGHTS)}
    if len(folders) == 1:
        (folder,) = folders
        beside = {name: one for name, one in stored.items() if str(PurePosixPath(name).parent) == folder}
        return _linked(BlobStore(repo.layout.blobs), beside, into / view.id)
    if len(folders) > 1:
        names = ", ".join(sorted(folders))
        raise NotFoundError(
            f"Run {view.name!r} has models in several folders of its artifacts: {names}. Name one: {PREFIX}{view.id}/FOLDER.",
            "model-of-run-not-found",
        )
    elsewhere = [_local(view.artifacts[name].uri) for name in inside] + [_merged_folder(view.params)]
    for path in elsewhere:
        if path is not None and (path.is_file() or any(path.glob(f"*{_WEIGHTS}"))):
            return path
    raise NotFoundError(
        f"Run {view.name!r} has no model here: no artifact{' ' + repr(wanted) if wanted else ''} of it is a safetensors file,"
        f" and none links to one on this machine. It has {', '.join(sorted(view.artifacts)) or 'no artifacts'}."
        " run.log_artifact('model.safetensors') stores one.",
        "model-of-run-not-found",
    )


def _linked(blobs: BlobStore, artifacts: dict[str, Artifact], folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, artifact in artifacts.items():
        assert artifact.blob is not None, "only what is stored is linked"
        link = folder / PurePosixPath(name).name
        link.unlink(missing_ok=True)
        source = blobs.path(artifact.blob)
        try:
            link.symlink_to(source.resolve())
        except OSError:  # Windows without the right to make links
            shutil.copyfile(source, link)
    return folder


def _local(uri: str | None) -> Path | None:
    """Return the path of a link to this machine's disk."""
    if uri is None:
        return None
    parts = urlsplit(uri)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    return Path(uri) if Path(uri).is_absolute() else None


def _merged_folder(params: object) -> Path | None:
    merge = params.get("merge") if isinstance(params, dict) else None
    folder = merge.get("folder") if isinstance(merge, dict) else None
    return Path(folder) if isinstance(folder, str) else None


def models_of_runs(repo: Repo, references: Iterable[str], into: Path) -> dict[str, str]:
    """Lay out the models of runs so that a recipe finds them: `run:ID` is then the name of a folder or file in `into`.

    Args:
        repo: where the runs are.
        references: of a recipe; those that name no run are passed over. An adapter after a + may be a run's, too.
        into: a folder for the links.

    Returns:
        What names a run to the id of that run.

    Raises:
        NotFoundError: there is no such run, or it has no model.
    """
    runs: dict[str, str] = {}
    for name in dict.fromkeys(part for reference in references for part in reference.split("+")):
        if not name.startswith(PREFIX):
            continue
        run, _, wanted = name.removeprefix(PREFIX).partition("/")
        view = repo.run(run)
        model = _model_of(repo, view, wanted, into / "of runs")
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.unlink(missing_ok=True)
        place.symlink_to(model.resolve(), target_is_directory=model.is_dir())
        runs[name] = view.id
    return runs
