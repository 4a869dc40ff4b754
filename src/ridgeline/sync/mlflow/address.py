"""What a tracking URI means."""

from pathlib import Path
from urllib.parse import unquote, urlsplit

from ridgeline.core.errors import InputError
from ridgeline.sync.mlflow.client import Client, Login
from ridgeline.sync.mlflow.files import FileStore
from ridgeline.sync.mlflow.rest import RestStore
from ridgeline.sync.mlflow.sql import SqliteStore
from ridgeline.sync.mlflow.store import Store

_NO_LOGIN = Login()


def open_store(tracking_uri: str, login: Login = _NO_LOGIN) -> Store:
    """Return the store behind a tracking URI: `https://…`, `sqlite:///mlflow.db`, `file:///…/mlruns` or a path of either.

    Raises:
        InputError: It is of a kind that cannot be read, or is not there.
    """
    scheme = urlsplit(tracking_uri).scheme
    if scheme in ("http", "https"):
        return RestStore(Client(tracking_uri, login))
    if scheme == "sqlite":
        return SqliteStore(Path(unquote(tracking_uri.removeprefix("sqlite:///"))))
    if scheme.partition("+")[0] in ("postgresql", "postgres", "mysql", "mssql"):
        # A database elsewhere is spoken to by a driver of its own, and MLflow's server has it already.
        message = (
            f"A store in {scheme.partition('+')[0]} is read through its tracking server. Where none runs, start one beside it:"
            " mlflow server --backend-store-uri <the URI>. Then give --tracking-uri http://127.0.0.1:5000."
        )
        raise InputError(message, "mlflow-kind")
    path = Path(unquote(urlsplit(tracking_uri).path)) if scheme == "file" else Path(tracking_uri)
    if scheme in ("", "file"):
        return SqliteStore(path) if path.is_file() else FileStore(path)
    message = (
        f"The tracking URI {tracking_uri!r} is of a kind that cannot be read. Give the address of a tracking server,"
        " sqlite:///mlflow.db, or the folder mlruns."
    )
    raise InputError(message, "mlflow-kind")
