"""Files by the hash of their content."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from ridgeline.blobs.store import BlobStore
from ridgeline.core.errors import NotFoundError
from ridgeline.server.answers import AnswersOf
from ridgeline.server.content import file_response
from ridgeline.server.problems import PROBLEMS

router = APIRouter(prefix="/api", tags=["blobs"])


@router.get("/blobs/{sha}", response_class=Response, responses=PROBLEMS)
def blob(
    request: Request,
    answers: AnswersOf,
    sha: Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the content.")],
    name: Annotated[str, Query(max_length=500, description="What to call it when it is saved.")] = "",
    mime: Annotated[
        str, Query(max_length=100, description="What it is; shown only when it can hold no script.")
    ] = "",
) -> Response:
    """Return a recorded file. Images, audio and plain text are shown, anything else is saved."""
    path = BlobStore(answers.repo.layout.blobs).path(sha)
    if not path.is_file():
        message = f"There is no blob {sha}. `ridgeline doctor` lists what refers to it."
        raise NotFoundError(message, "blob-not-found")
    return file_response(request, path, mime, name or sha[:12], sha)
