"""Markdown of notes and texts as HTML that can be put into our pages: no tag of the text gets through."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Body
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from pydantic import BaseModel, ConfigDict, Field

from ridgeline.server.problems import CHANGE_PROBLEMS

router = APIRouter(prefix="/api", tags=["markdown"])


class MarkdownText(BaseModel):
    """What to turn into HTML."""

    model_config = ConfigDict(extra="forbid", strict=True)

    text: Annotated[str, Field(max_length=1_000_000)]


class MarkdownHtml(BaseModel):
    """HTML without scripts, event handlers, frames, or addresses that run something."""

    html: str


def _safe_link(
    renderer: RendererHTML, tokens: Sequence[Token], at: int, options: OptionsDict, env: EnvType
) -> str:
    """Open what a text links to beside our page, and do not let it reach back."""
    tokens[at].attrSet("rel", "noopener noreferrer nofollow")
    tokens[at].attrSet("target", "_blank")
    return renderer.renderToken(tokens, at, options, env)


def _renderer() -> MarkdownIt:
    # `html` off is what makes the result safe: every tag in the text is shown as text. The preset's own link check refuses
    # javascript:, vbscript:, file: and most of data:.
    markdown = MarkdownIt("commonmark", {"html": False, "breaks": False}).enable(["table", "strikethrough"])
    markdown.add_render_rule("link_open", _safe_link)
    return markdown


_MARKDOWN = _renderer()


@router.post("/markdown", responses=CHANGE_PROBLEMS)
def markdown_to_html(asked: Annotated[MarkdownText, Body()]) -> MarkdownHtml:
    """Return CommonMark, with tables and strikethrough, as HTML."""
    return MarkdownHtml(html=_MARKDOWN.render(asked.text))
