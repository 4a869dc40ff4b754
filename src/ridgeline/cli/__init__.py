"""The command line: `ridgeline VERB`, one file a verb."""

import sys

from ridgeline.core.errors import InputError, RidgelineError


def main() -> None:
    """Run the command line; every error is one readable message, misuse ends with exit code 2."""
    from ridgeline.cli.app import app

    try:
        app()
    except RidgelineError as error:
        sys.stderr.write(f"ridgeline: {error}\n")
        raise SystemExit(2 if isinstance(error, InputError) else 1) from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe, `head` for example, has seen enough
        raise SystemExit(0) from None
