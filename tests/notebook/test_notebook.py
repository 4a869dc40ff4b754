"""The explorer in a cell, in a real kernel; cards of runs."""

import re

import httpx
import nbformat
import pytest
from nbclient import NotebookClient

import ridgeline
from ridgeline.core.errors import InputError
from ridgeline.core.run_card import RunCard

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")


@pytest.fixture
def root(tmp_path):
    root = tmp_path / ".ridgeline"
    for seed in (1, 2):
        with ridgeline.Run(repo=root, name=f"<b>{seed}</b>") as run:
            run["hparams"] = {"seed": seed, "note": "</div><script>alert(1)</script>"}
            run.track(0.5 * seed, name="f1", step=0)
    return root


CELLS = """
import ridgeline, httpx
repo = ridgeline.Repo(ROOT)
---
repo.metrics('metric.name == "f1"').plot(color="run.hparams.seed", fold=True)
---
repo.runs().plot()
---
ridgeline.notebook(repo, "runs", q="run.hparams.seed == 1", height=300)
---
cell = _
answers = [httpx.get(_2.url), httpx.get(_3.url), httpx.get(cell.url)]
print([answer.status_code for answer in answers], answers[0].headers["content-security-policy"], "x-frame-options" in answers[0].headers)
---
repo.run("<b>1</b>")
"""


def test_cells_show_the_explorer_while_the_kernel_lives(root):
    sources = [source.strip().replace("ROOT", repr(str(root))) for source in CELLS.split("---")]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    NotebookClient(book, timeout=60, kernel_name="python3").execute()
    html = [cell.outputs[0].data["text/html"] for cell in (*book.cells[1:4], book.cells[5])]
    urls = [re.search(r'src="([^"]+)"', text).group(1).replace("&amp;", "&") for text in html[:3]]
    server = re.match(r"http://127\.0\.0\.1:\d+", urls[0]).group()
    assert urls[0].startswith(f"{server}/metrics?q=metric.name")
    assert "m=f1&x=step&c=run.hparams.seed&fold=1&embed=page" in urls[0]
    assert urls[1].startswith(f"{server}/params?")  # one server a repository
    assert 'height="300"' in html[2]
    printed = book.cells[4].outputs[0].text
    assert "[200, 200, 200]" in printed
    assert "frame-ancestors 'self' http://localhost:* http://127.0.0.1:*" in printed
    assert "vscode-webview:" in printed
    assert printed.strip().endswith("False")
    assert "&lt;b&gt;1&lt;/b&gt;" in html[3]
    assert "<script" not in html[3]
    with pytest.raises(httpx.ConnectError):  # it ended with the kernel
        httpx.get(server)


def test_outside_of_notebooks_it_says_what_to_do(root):
    with pytest.raises(InputError, match="no-notebook"):
        ridgeline.Repo(root).runs().plot()
    with pytest.raises(InputError, match="no-such-page"):
        ridgeline.notebook(root, "nope")
    with pytest.raises(InputError, match="no-question"):
        ridgeline.Repo(root).run("<b>1</b>").points("f1").plot()


def test_cards_of_runs_escape_what_was_recorded(root):
    with ridgeline.Repo(root) as repo:
        card = repo.run("<b>1</b>")._repr_html_()
    assert "best f1" in card
    assert "hparams.seed" in card
    assert "<script" not in card
    assert "<b>1" not in card
    assert "onload" not in RunCard('"', "x", "y", "z", params=(('" onload="', "1"),)).html().replace(
        "&quot; onload=&quot;", ""
    )


def test_the_card_of_a_recording_run(root):
    with ridgeline.Run(repo=root, name="going") as run:
        run["lr"] = 0.1
        assert "going" in run._repr_html_()
        assert "0.1" in run._repr_html_()
