"""Errors as MLflow's clients know them: a code that they act on, and a message that they show."""

from typing import Literal, TypeAlias

Code: TypeAlias = Literal[
    "BAD_REQUEST",
    "ENDPOINT_NOT_FOUND",
    "INTERNAL_ERROR",
    "INVALID_PARAMETER_VALUE",
    "INVALID_STATE",
    "PERMISSION_DENIED",
    "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_DOES_NOT_EXIST",
    "TEMPORARILY_UNAVAILABLE",
]

_STATUS: dict[Code, int] = {
    "BAD_REQUEST": 400,
    "ENDPOINT_NOT_FOUND": 404,
    "INTERNAL_ERROR": 500,
    "INVALID_PARAMETER_VALUE": 400,
    "INVALID_STATE": 500,
    "PERMISSION_DENIED": 403,
    "RESOURCE_ALREADY_EXISTS": 400,
    "RESOURCE_DOES_NOT_EXIST": 404,
    "TEMPORARILY_UNAVAILABLE": 503,
}
_CLASS: dict[Code, str] = {
    "BAD_REQUEST": "INVALID_PARAMETER_VALUE",
    "ENDPOINT_NOT_FOUND": "RESOURCE_NOT_FOUND",
    "INVALID_PARAMETER_VALUE": "INVALID_PARAMETER_VALUE",
    "PERMISSION_DENIED": "PERMISSION_DENIED",
    "RESOURCE_ALREADY_EXISTS": "RESOURCE_ALREADY_EXISTS",
    "RESOURCE_DOES_NOT_EXIST": "RESOURCE_NOT_FOUND",
}


class MlflowError(Exception):
    """What was asked cannot be done; clients raise it as MlflowException with the same code."""

    def __init__(self, message: str, code: Code = "INVALID_PARAMETER_VALUE") -> None:
        super().__init__(message)
        self.message = message
        self.code = code

    @property
    def status(self) -> int:
        """Return the HTTP status; on 503 clients try again by themselves."""
        return _STATUS[self.code]

    def body(self) -> dict[str, str]:
        """Return the answer, in MLflow's shape since its version 3.10."""
        ours = self.status >= 500
        return {
            "error_code": self.code,
            "message": self.message,
            "sqlstate": "XXM00" if ours else "KAM00",
            "error_class": "CLIENT_INTERNAL_ERROR" if ours else _CLASS[self.code],
        }


def missing(parameter: str) -> MlflowError:
    """Return the error of a parameter that has to be there."""
    return MlflowError(
        f"Missing value for required parameter '{parameter}'. See the API docs for more information about request"
        " parameters."
    )
