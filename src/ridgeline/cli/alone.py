"""Verbs that are loaded without the others: what these import takes longer than a small merge."""

from importlib import import_module

import typer

_ALONE = {"merge": "ridgeline.cli.merge"}


def app_for(arguments: list[str]) -> typer.Typer:
    """Return the command line, with one verb only where that is asked for and can stand alone."""
    home = _ALONE.get(arguments[0]) if arguments else None
    if home is None:
        app: typer.Typer = import_module("ridgeline.cli.app").app
        return app
    root = typer.Typer(
        name="ridgeline",
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    root.add_typer(import_module(home).app, name=arguments[0])
    root.callback()(lambda: None)
    return root
