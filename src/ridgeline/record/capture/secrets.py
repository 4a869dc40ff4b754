"""What looks like a secret is never recorded."""

import re

MASK = "***"
# As whole words of a name, so that MASTER_PORT, --tokenizer and --max-tokens stay and HF_TOKEN and --api-key go.
_SECRET_NAME = re.compile(
    r"(?:^|[_\-.])(?:\w*(?:password|passwd|passphrase|secret|credential)\w*|api_?key|apikey|key|keys|token|jwt|auth"
    r"|pwd|pat|cookie|signature|dsn)(?:$|[_\-.=])",
    re.IGNORECASE,
)
_CAMEL_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# Formats that tell themselves: OpenAI, GitHub, GitLab, Hugging Face, AWS, Slack, Google, JSON web tokens, HTTP, PEM.
_SECRET_VALUE = re.compile(
    r"\b(?:sk-[A-Za-z0-9_\-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w\-]{16,}|hf_[A-Za-z0-9]{16,}"
    r"|A[KS]IA[A-Z0-9]{16}|xox[abprs]-[\w\-]{10,}|AIza[\w\-]{30,}|eyJ[\w\-]{10,}\.[\w\-]{10,}\.[\w\-]*)"
    r"|(?i:\bbearer)\s+(?=\S*\d)[\w\-.~+/]{10,}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
)
_URL_PASSWORD = re.compile(r"(?<=://)[^/\s@]+@")


def is_secret_name(name: str) -> bool:
    """Say whether what carries this name should not be recorded."""
    return _SECRET_NAME.search(_CAMEL_HUMP.sub("_", name)) is not None


def mask_secrets(text: str) -> str:
    """Return the text without the keys that tell themselves and without the user:password of URLs."""
    return _URL_PASSWORD.sub(MASK + "@", _SECRET_VALUE.sub(MASK, text))


def mask_arguments(arguments: list[str]) -> list[str]:
    """Return a command line with secrets masked: `--token abc`, `--token=abc`, `password=abc`."""
    masked: list[str] = []
    hide_next = False
    for argument in arguments:
        name, equals, _ = argument.partition("=")
        if hide_next and not argument.startswith("-"):
            masked.append(MASK)
            hide_next = False
            continue
        hide_next = False
        if equals and is_secret_name(name.lstrip("-")):
            masked.append(f"{name}={MASK}")
            continue
        hide_next = argument.startswith("--") and not equals and is_secret_name(argument.lstrip("-"))
        masked.append(mask_secrets(argument))
    return masked
