"""What keeps other web pages from reading or changing a repository through the browser of its owner.

- The Host header must name this server. Otherwise a page of the attacker could point its own name at 127.0.0.1 (DNS rebinding).
- A request that changes something must be JSON and come from our own pages: the first keeps out forms, the second scripts.
- Answers say that nobody but our own pages, such as reports, may frame them, guess their type, or load anything from elsewhere into them.
"""

import ipaddress
import json
import re
import socket
from collections.abc import Iterable

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; worker-src 'self' blob:;"
    " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors "
)
OWN_PAGES = ("'self'",)
SECURITY_HEADERS = {
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_CHANGING_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - recognised here, bound nowhere
MAX_BODY_BYTES = 1 << 20
# What MLflow's clients call. A batch has up to 2 MB, the description of a data set 16 MB; files are streamed, so the disk is
# their limit.
_MLFLOW = re.compile(r"/api/\d\.\d/mlflow(-artifacts)?/")
_MLFLOW_FILES = "/api/2.0/mlflow-artifacts/artifacts/"
MAX_MLFLOW_BODY_BYTES = 64 << 20
# Browsers ask before they send these to another site (CORS), and nobody here says yes, whatever their content.
_ASKED_FIRST = frozenset({"PUT", "DELETE"})


class AllowedHosts:
    """Which names a request may give this server.

    Loopback names and the address that it listens on; more by configuration, `*` for any. A server that listens on every
    address also goes by the names of this machine and by any IP address, which no foreign page can have as its name.
    """

    def __init__(self, bound: str, more: Iterable[str] = ()) -> None:
        names = {name.lower() for name in more}
        self._any_name = "*" in names
        self._any_address = bound in _EVERYWHERE
        if self._any_address:
            names |= {socket.gethostname().lower(), socket.getfqdn().lower()}
        self._names = frozenset(names | _LOOPBACK | {bound.lower()})

    def __contains__(self, host: str) -> bool:
        name = host_name(host)
        return (
            self._any_name
            or name in self._names
            or (self._any_address and _is_address(name))
            or _is_loopback(name)
        )


def host_name(host: str) -> str:
    """Return the name in a Host header, without port and brackets."""
    host = host.strip().lower()
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.rpartition(":")[0] if host.count(":") == 1 else host


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _is_loopback(name: str) -> bool:
    return _is_address(name) and ipaddress.ip_address(name).is_loopback


def security_headers(framed_by: Iterable[str]) -> dict[str, str]:
    """Return what every answer says; `framed_by` are the sources, as a policy writes them, whose pages may frame ours."""
    sources = tuple(dict.fromkeys((*OWN_PAGES, *framed_by)))
    headers = SECURITY_HEADERS | {"content-security-policy": _POLICY + " ".join(sources)}
    # The old header knows no list; where it is said, it would have to agree.
    return headers | {"x-frame-options": "SAMEORIGIN"} if sources == OWN_PAGES else headers


class Guard:
    """ASGI middleware that turns away what must not come in, and marks what goes out."""

    def __init__(self, app: ASGIApp, hosts: AllowedHosts, framed_by: Iterable[str] = OWN_PAGES) -> None:
        self.app = app
        self.hosts = hosts
        self._headers = security_headers(framed_by)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        limit_bytes = _body_limit(scope["method"], scope["path"])
        refusal = _refusal(scope, Headers(scope=scope), self.hosts, limit_bytes)
        if refusal is None:
            await self.app(scope, receive if limit_bytes is None else _limited(receive, limit_bytes), marked)
        else:
            await _refuse(marked, *refusal)


def _body_limit(method: str, path: str) -> int | None:
    """Return how many bytes the body of a request may have; None for a file that is uploaded."""
    if method == "PUT" and path.startswith(_MLFLOW_FILES):
        return None
    return MAX_MLFLOW_BODY_BYTES if _MLFLOW.match(path) else MAX_BODY_BYTES


def _refusal(
    scope: Scope, headers: Headers, hosts: AllowedHosts, limit_bytes: int | None
) -> tuple[int, str, str] | None:
    """Return status, slug and message when a request is not to be answered."""
    method = scope["method"]
    host = headers.get("host", "")
    if host not in hosts:
        message = (
            f"This server does not go by the name {host!r}. Open it by the address that it printed, or start it with"
            " --allow-host and the name."
        )
        return 403, "host-not-allowed", message
    if method not in _CHANGING_METHODS:
        return None
    origin = headers.get("origin")
    foreign = origin is not None and origin.partition("://")[2].lower() != host.lower()
    if foreign or headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return (
            403,
            "cross-site",
            "Changes are taken from this server's own pages and from programs, not from other sites.",
        )
    any_content = method in _ASKED_FIRST and _MLFLOW.match(scope["path"]) is not None
    is_json = headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
    if not is_json and not any_content:
        return 415, "not-json", "Send the body as JSON, with `content-type: application/json`."
    length = headers.get("content-length", "0")
    if limit_bytes is not None and (not length.isdecimal() or int(length) > limit_bytes):
        return 413, "body-too-large", f"The body has at most {limit_bytes:,} bytes."
    return None


def _limited(receive: Receive, limit_bytes: int) -> Receive:
    """Cut a body off that is longer than announced or allowed; what is left does not parse."""
    left = limit_bytes

    async def limited() -> Message:
        nonlocal left
        message = await receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")
            left -= len(body)
            if left < 0:
                return {"type": "http.request", "body": b"", "more_body": False}
        return message

    return limited


async def _refuse(send: Send, status: int, slug: str, message: str) -> None:
    body = json.dumps({"slug": slug, "message": message}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
