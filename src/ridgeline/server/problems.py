"""Errors as JSON: a slug to look up, a message to read, and where in the query the mistake is."""

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.routing import compile_path

from ridgeline.core.errors import InputError, NotFoundError, QueryError, RidgelineError
from ridgeline.query.language.parse import SHORTEN
from ridgeline.server.security import OWN_PAGES, security_headers

_LOG = logging.getLogger("ridgeline.server")


class Fault(BaseModel):
    """Which characters of which parameter are at fault."""

    parameter: str
    text: str
    start: int
    end: int


class Problem(BaseModel):
    """What was asked, what is the case, what to do; `start` and `end` are characters of `q`, when the query is at fault."""

    slug: str
    message: str
    start: int | None = None
    end: int | None = None
    fault: Fault | None = None  # an expression that is wrong, in q or in any other parameter


# What any endpoint may answer besides its own, for the OpenAPI document.
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": HTTPStatus(status).phrase}
    for status in (400, 403, 404, 422, 503)
}
CHANGE_PROBLEMS: dict[int | str, dict[str, Any]] = PROBLEMS | {
    status: {"model": Problem, "description": HTTPStatus(status).phrase} for status in (413, 415)
}


def install(app: FastAPI) -> None:
    """Turn every error of an app into a Problem."""
    app.add_exception_handler(RidgelineError, _ours)
    app.add_exception_handler(RequestValidationError, _bad_request)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


def problem(status: int, slug: str, message: str, fault: Fault | None = None) -> JSONResponse:
    """Return an error as its answer."""
    found = Problem(slug=slug, message=message, fault=fault)
    if fault is not None and fault.parameter == "q":
        found = found.model_copy(update={"start": fault.start, "end": fault.end})
    return JSONResponse(found.model_dump(exclude_none=True), status)


def _ours(request: Request, error: Exception) -> JSONResponse:
    if isinstance(error, QueryError):
        fault = _fault(request, error)
        said = error.reason if fault and fault.parameter == "q" else f"{error.source!r}: {error.reason}"
        return problem(400, error.slug, said, fault)
    if isinstance(error, InputError):
        return problem(404 if isinstance(error, NotFoundError) else 400, error.slug, error.message)
    assert isinstance(error, RidgelineError)
    _LOG.warning("%s %s: %s", request.method, request.url.path, error)
    return problem(503, error.slug, error.message)


def _fault(request: Request, error: QueryError) -> Fault | None:
    """Return the parameter that is the expression, the filter before any other, or else has it in it (`*-run.lr`)."""
    given = request.query_params.multi_items()
    same = sorted([(name != "q", name, value) for name, value in given if value == error.source])
    holding = [(True, name, value) for name, value in given if name != "q" and error.source in value]
    for _, name, value in [*same, *holding][:1]:
        at = value.find(error.source)
        return Fault(parameter=name, text=value, start=at + error.start, end=at + error.end)
    return None


def _bad_request(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    return problem(422, "bad-request", "; ".join(_mistake(mistake) for mistake in error.errors()))


def _mistake(mistake: dict[str, Any]) -> str:
    """Say what is wrong with a part of a request, and of what is too long also what to do."""
    where = ".".join(str(part) for part in mistake["loc"][1:]) or mistake["loc"][0]
    match mistake["type"]:
        case "string_too_long":
            most, n = mistake["ctx"]["max_length"], len(mistake["input"])
            said = f"{where}: this text has {n:,} characters; at most {most:,} are taken."
            return f"{said} {SHORTEN}" if mistake["loc"][0] == "query" else said
        case "too_long":
            most, n = mistake["ctx"]["max_length"], mistake["ctx"]["actual_length"]
            return f"{where}: these are {n:,}; at most {most:,} are taken. Ask for fewer, or in several requests."
        case _:
            return f"{where}: {mistake['msg']}"


def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    slug = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    message = f"{error.detail}: {request.method} {request.url.path}. The operations are listed at /api/docs."
    answer = problem(error.status_code, slug, message)
    answer.headers.update(error.headers or {})
    methods = _methods_at(request.app, request.url.path)
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and methods:
        answer.headers["allow"] = ", ".join(methods)
    return answer


def _methods_at(app: FastAPI, path: str) -> list[str]:
    """Return what may be done at an address; each operation is a route of its own, and a route knows only itself."""
    operations: dict[str, dict[str, Any]] = app.openapi()["paths"]
    found = [
        set(methods) for template, methods in operations.items() if compile_path(template)[0].match(path)
    ]
    methods = {method.upper() for method in set().union(*found)}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _unexpected(request: Request, error: Exception) -> JSONResponse:
    """Answer what nobody foresaw; Starlette logs the traceback and lets the server go on."""
    message = (
        f"{request.method} {request.url.path} failed: {type(error).__name__}. The server's log says where."
    )
    answer = problem(500, "internal-error", message)
    answer.headers.update(security_headers(OWN_PAGES))  # it is sent from outside the guard
    return answer
