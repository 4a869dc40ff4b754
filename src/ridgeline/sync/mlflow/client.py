"""Asks a tracking server of MLflow over HTTP, with the standard library alone."""

import base64
import http.client
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import quote, unquote, urlencode, urlsplit, urlunsplit

from ridgeline.core.errors import InputError, StorageError
from ridgeline.core.values import Json
from ridgeline.core.version import __version__
from ridgeline.sync.passes import UnreachableError

_TIMEOUT_SECS = 60.0
# Waits before a question is asked again that a server could not answer just now.
_RETRY_SECS = (0.5, 2.0)
_BUSY = frozenset({429, 502, 503, 504})
_MOST_ANSWER_BYTES = 1 << 30
_CHUNK_BYTES = 1 << 20

Answer: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Login:
    """How to be let in: by a token, by name and password, or not at all."""

    token: str = ""
    username: str = ""
    password: str = ""
    verify_tls: bool = True

    def header(self) -> dict[str, str]:
        """Return the header that says so, as MLflow's own client does: a name counts for more than a token.

        Raises:
            InputError: The token holds what no header can.
        """
        if not (self.token.isascii() and self.token.isprintable()):
            raise InputError("The token holds signs that no token has. Is a line end in it?", "mlflow-token")
        if self.username:
            words = f"{self.username}:{self.password}".encode()
            return {"Authorization": "Basic " + base64.b64encode(words).decode()}
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Client:
    """Asks one server. Threads may use it at once; as many connections stay open as were needed at once.

    A redirect is not followed, so that a login never goes to another host.
    """

    def __init__(self, address: str, login: Login, *, wait: Callable[[float], object] = time.sleep) -> None:
        """Take apart an address, which may hold a name and password, and a path before MLflow's own.

        Raises:
            InputError: It is no address.
        """
        parts = urlsplit(address)
        try:
            port = parts.port
        except ValueError as error:
            raise InputError(f"{address!r} is no address of a server ({error}).", "mlflow-address") from error
        if not parts.hostname:
            raise InputError(f"{address!r} names no server. Give http://host:5000.", "mlflow-address")
        if parts.username and not login.username:
            login = Login("", unquote(parts.username), unquote(parts.password or ""), login.verify_tls)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        self.address = urlunsplit(
            (parts.scheme, f"{host}:{port}" if port else host, parts.path.rstrip("/"), "", "")
        )
        self._host, self._port = parts.hostname, port
        self._prefix = parts.path.rstrip("/")
        self._tls = _tls(login) if parts.scheme == "https" else None
        self._headers = {"User-Agent": f"ridgeline/{__version__}", **login.header()}
        self._wait = wait
        self._lock = threading.Lock()
        self._free: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        """Close what is open."""
        with self._lock:
            while self._free:
                self._free.pop().close()

    def get(self, path: str, /, **query: str | int) -> Answer:
        """Return the answer to a GET of a path such as `/api/2.0/mlflow/artifacts/list`. Raises as ask does."""
        return self._json("GET", f"{path}?{urlencode(query)}", b"")

    def post(self, path: str, body: Mapping[str, Json]) -> Answer:
        """Return the answer to a POST. Raises as ask does."""
        return self._json("POST", path, json.dumps(body).encode())

    def put(self, path: str, data: bytes) -> Answer:
        """Return the answer to a PUT of a file. Raises as ask does."""
        return self._json("PUT", path, data)

    def download(self, path: str, /, **query: str) -> Iterator[bytes]:
        """Yield the bytes of a file. Raises as ask does."""
        with self._asked("GET", f"{path}?{urlencode(query)}", b"") as response:
            left = response.length
            try:
                while chunk := response.read(_CHUNK_BYTES):
                    left = None if left is None else left - len(chunk)
                    yield chunk
            except (OSError, http.client.HTTPException) as error:
                raise self._gone(error) from error
            if left:  # a connection that ends early reads like the end of the file
                raise self._gone(EOFError(f"{left} bytes are missing"))

    def link(self, path: str, /, **query: str) -> str:
        """Return the address of a file."""
        return f"{self.address}{path}?{urlencode(query, quote_via=quote)}"

    def _json(self, method: str, target: str, body: bytes) -> Answer:
        with self._asked(method, target, body) as response:
            try:
                text = response.read(_MOST_ANSWER_BYTES)
            except (OSError, http.client.HTTPException) as error:
                raise self._gone(error) from error
        try:
            answer = json.loads(text or b"{}")
        except ValueError:
            answer = None
        if not isinstance(answer, dict):
            raise InputError(
                f"{self.address!r} does not answer as a tracking server of MLflow does: {text[:60]!r}. Is it the right address?",
                "mlflow-not-a-server",
            )
        return answer

    @contextmanager
    def _asked(self, method: str, target: str, body: bytes) -> Iterator[http.client.HTTPResponse]:
        """Ask, again where the server is busy or the connection is gone; afterwards the connection is free for the next.

        Raises:
            InputError: The server does not let us in, or does not know what was asked for.
            UnreachableError: It does not answer, or not in order.
        """
        answered = self._try(method, target, body, last=False)
        for n_tried, wait_secs in enumerate(_RETRY_SECS, 1):
            if answered is not None:
                break
            self._wait(wait_secs)
            answered = self._try(method, target, body, last=n_tried == len(_RETRY_SECS))
        assert answered is not None  # the last try returns or raises
        connection, response = answered
        try:
            if response.status != http.HTTPStatus.OK:
                raise self._refused(target, response)
            yield response
        finally:
            if response.isclosed():
                with self._lock:
                    self._free.append(connection)
            else:  # what was not read stands in the way of the next answer
                response.close()
                connection.close()

    def _try(
        self, method: str, target: str, body: bytes, *, last: bool
    ) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse] | None:
        headers = self._headers | ({"Content-Type": "application/json"} if body else {})
        connection = self._connection()
        try:
            connection.request(method, self._prefix + target, body or None, headers)
            response = connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            if last or isinstance(error, ssl.SSLCertVerificationError | socket.gaierror):
                raise self._gone(error) from error
            return None
        if response.status in _BUSY and not last:
            response.close()
            connection.close()
            return None
        return connection, response

    def _connection(self) -> http.client.HTTPConnection:
        with self._lock:
            if self._free:
                return self._free.pop()
        if self._tls is not None:
            return http.client.HTTPSConnection(
                self._host, self._port, timeout=_TIMEOUT_SECS, context=self._tls
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT_SECS)

    def _gone(self, error: Exception) -> UnreachableError:
        message = f"The tracking server {self.address!r} does not answer ({error or type(error).__name__}). Start again when it does: what is here already stays."
        return UnreachableError(message, "mlflow-server-gone")

    def _refused(self, target: str, response: http.client.HTTPResponse) -> InputError | StorageError:
        said = _said(response)
        asked = target.partition("?")[0]
        match response.status:
            case 401 | 403:
                message = (
                    f"The tracking server {self.address!r} does not let us in ({response.status} {response.reason}): {said}."
                    " Give its token as --token or MLFLOW_TRACKING_TOKEN, or a name and password as MLFLOW_TRACKING_USERNAME and"
                    " MLFLOW_TRACKING_PASSWORD."
                )
                return InputError(message, "mlflow-not-let-in")
            case status if 300 <= status < 400:
                to = response.headers.get("Location", "elsewhere")
                message = f"The tracking server {self.address!r} sends us to {to!r}. Give that address if you trust it with your login."
                return InputError(message, "mlflow-redirect")
            case status if status in _BUSY:
                message = f"The tracking server {self.address!r} fails ({status} {response.reason}) on {asked}: {said}. Start again later: what is here already stays."
                return UnreachableError(message, "mlflow-server-fails")
        message = f"The tracking server {self.address!r} has no answer ({response.status} {response.reason}) on {asked}: {said}."
        return StorageError(message, "mlflow-no-answer")


def _tls(login: Login) -> ssl.SSLContext:
    context = ssl.create_default_context()
    if not login.verify_tls:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _said(response: http.client.HTTPResponse) -> str:
    """Return what a refusal says, in a line."""
    try:
        text = response.read(2000).decode(errors="replace")
    except (OSError, http.client.HTTPException):
        return "no reason"
    try:
        tree = json.loads(text)
    except ValueError:
        tree = None
    said = str(tree.get("message") or tree.get("error_code") or "") if isinstance(tree, dict) else text
    return " ".join(said.split())[:200].rstrip(".") or "no reason"
