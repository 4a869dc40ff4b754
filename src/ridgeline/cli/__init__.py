"""The command line: `ridgeline VERB`, one file a verb."""

import sys
import warnings
from io import TextIOWrapper

from ridgeline.core.errors import InputError, RidgelineError


def main() -> None:
    """Run the command line; every error is one readable message, misuse ends with exit code 2."""
    from typer.exceptions import Abort, TyperException

    from ridgeline.cli.alone import app_for

    warnings.showwarning = _show_warning
    if isinstance(sys.stdout, TextIOWrapper):
        # What the terminal has no letters for, and names that are not UTF-8, are printed with escapes.
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        raise SystemExit(app_for(sys.argv[1:])(standalone_mode=False) or 0)
    except RidgelineError as error:
        _end(f"{error}", 2 if isinstance(error, InputError) else 1)
    except TyperException as error:  # an option or verb that is not there, or a value that does not fit it
        what = error.format_message().rstrip(".")
        if not what:  # no verb: its help has been printed
            raise SystemExit(2) from None
        _end(f"{what}. See ridgeline --help, or ridgeline VERB --help. [misuse]", 2)
    except (KeyboardInterrupt, Abort):
        raise SystemExit(130) from None
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe, `head` for example, has seen enough
        raise SystemExit(0) from None


def _show_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Tell what a person can do something about, not from which line of ours it comes."""
    sys.stderr.write(f"ridgeline: {message}\n")


def _end(message: str, code: int) -> None:
    sys.stderr.write(f"ridgeline: {message}\n")
    raise SystemExit(code) from None
