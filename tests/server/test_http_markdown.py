"""Markdown as HTML: what it may hold, and that nothing in it runs."""

import pytest


def html(client, text):
    answer = client.post("/api/markdown", json={"text": text})
    assert answer.status_code == 200, answer.text
    return answer.json()["html"]


def test_what_it_knows(client):
    assert html(client, "# a\n\n*b* `c` ~~d~~") == "<h1>a</h1>\n<p><em>b</em> <code>c</code> <s>d</s></p>\n"
    assert "<td>1</td>" in html(client, "| a |\n|---|\n| 1 |")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a <img src=x onerror=alert(1)> b",
        "<iframe src='https://example.org'></iframe>",
        "```html\n<script>alert(1)</script>\n```",
    ],
)
def test_tags_are_text(client, text):
    made = html(client, text)
    for tag in ("<script", "<img", "<iframe"):
        assert tag not in made
    assert "&lt;" in made


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "vbscript:x"]
)
def test_addresses_that_run_are_no_links(client, address):
    assert "href" not in html(client, f"[a]({address})")


def test_links_open_beside_the_page(client):
    made = html(client, "[a](https://example.org)")
    assert made == (
        '<p><a href="https://example.org" rel="noopener noreferrer nofollow" target="_blank">a</a></p>\n'
    )


def test_its_size_has_a_bound(client):
    assert client.post("/api/markdown", json={"text": "x" * 1_000_001}).status_code in (413, 422)
