"""A run as a small piece of HTML: what a notebook shows of it. No scripts; every text of the run is escaped."""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape

_MOST_PARAMS = 12
_MOST_FIGURES = 6
_MOST_CHARS = 60
_STATUS_COLOURS = {"finished": "#23855f", "running": "#455ee1", "failed": "#ba0d01"}
_OTHER_COLOUR = "#95a1af"
# Borders and small print take the colour of the text at hand, so the card fits a light and a dark page.
_MUTED = "opacity:.65"
_LINE = "color-mix(in srgb, currentColor 18%, transparent)"


@dataclass(frozen=True, slots=True)
class RunCard:
    """What the card of a run says; `figures` and `params` are names with texts, the ones that matter most first."""

    id: str
    name: str
    experiment: str
    status: str
    tags: Iterable[str] = ()
    figures: tuple[tuple[str, str], ...] = ()
    params: tuple[tuple[str, str], ...] = ()

    def html(self) -> str:
        """Return the card."""
        colour = _STATUS_COLOURS.get(self.status, _OTHER_COLOUR)
        tags = "".join(
            f'<span style="border:1px solid {_LINE};border-radius:4px;padding:0 5px;font-size:11px">{escape(tag)}</span>'
            for tag in self.tags
        )
        return (
            f'<div style="font:13px/20px system-ui,sans-serif;max-width:720px;border:1px solid {_LINE};border-radius:6px;'
            'padding:12px 16px;font-variant-numeric:tabular-nums">'
            '<div style="display:flex;flex-wrap:wrap;gap:4px 10px;align-items:baseline">'
            f'<b style="font-size:15px;overflow-wrap:anywhere">{escape(self.name)}</b>'
            f'<span><span style="color:{colour}">●</span> {escape(self.status)}</span>{tags}'
            f'<span style="{_MUTED};margin-left:auto">{escape(self.experiment)} · <code>{escape(self.id)}</code></span></div>'
            f"{_pairs(self.figures, _MOST_FIGURES, size=15)}{_pairs(self.params, _MOST_PARAMS, size=13)}</div>"
        )


def _pairs(pairs: tuple[tuple[str, str], ...], most: int, *, size: int) -> str:
    if not pairs:
        return ""
    cells = "".join(
        f'<span><span style="{_MUTED};font-size:11px;display:block">{_short(name)}</span>'
        f'<span style="font-size:{size}px">{_short(text)}</span></span>'
        for name, text in pairs[:most]
    )
    more = f'<span style="{_MUTED}">and {len(pairs) - most} more</span>' if len(pairs) > most else ""
    return f'<div style="display:flex;flex-wrap:wrap;gap:6px 24px;align-items:end;margin-top:10px">{cells}{more}</div>'


def _short(text: str) -> str:
    return escape(text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…")
