"""What a cell of a notebook shows: a page of the explorer in a frame."""

from html import escape


class Cell:
    """A page of the explorer in a frame; the last value of a cell shows itself."""

    def __init__(self, url: str, height: int) -> None:
        self.url = url
        self.height = height

    def _repr_html_(self) -> str:
        url = escape(self.url, quote=True)
        alone = escape(self.url.replace("embed=page", "").rstrip("?&"), quote=True)
        return (
            f'<iframe src="{url}" title="Ridgeline" width="100%" height="{self.height}" allow="clipboard-write"'
            ' style="border:1px solid rgba(128,128,128,.35);border-radius:6px"></iframe>'
            f'<div style="font:12px system-ui,sans-serif"><a href="{alone}" target="_blank" rel="noopener">Open in a tab</a></div>'
        )

    def __repr__(self) -> str:
        return f"Cell({self.url!r})"
