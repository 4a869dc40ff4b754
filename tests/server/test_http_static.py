import pytest

from ridgeline.server import static


@pytest.fixture
def built(tmp_path, monkeypatch):
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<!doctype html><title>UI</title>")
    (folder / "assets" / "index-AbC123.js").write_text("export const x = 1\n" * 500)
    (folder / "assets" / "inter.woff2").write_bytes(b"font")
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    monkeypatch.setattr(static, "FOLDER", folder)
    return folder


@pytest.mark.parametrize("path", ["/", "/runs", "/metrics?m=f1", "/run/run1", "/index.html", "/no/such/page"])
def test_the_first_page_answers_for_every_address_of_the_ui(built, client, path):
    answer = client.get(path)
    assert answer.text == "<!doctype html><title>UI</title>"
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/assets/index-AbC123.js", "text/javascript"),
        ("/assets/inter.woff2", "font/woff2"),
        ("/icon.svg", "image/svg+xml"),
    ],
)
def test_files_have_their_types(built, client, path, kind):
    answer = client.get(path)
    assert answer.headers["content-type"].startswith(kind)
    forever = "immutable" in answer.headers["cache-control"]
    assert forever is path.startswith("/assets/")


def test_scripts_are_squeezed_fonts_not(built, client):
    script = client.get("/assets/index-AbC123.js")
    assert script.headers["content-encoding"] == "gzip"
    assert script.text == "export const x = 1\n" * 500
    assert "content-encoding" not in client.get("/assets/inter.woff2").headers


def test_a_file_that_has_not_changed_is_not_sent_again(built, client):
    etag = client.get("/icon.svg").headers["etag"]
    assert client.get("/icon.svg", headers={"if-none-match": etag}).status_code == 304
    (built / "icon.svg").write_text("<svg>new</svg>")
    assert client.get("/icon.svg", headers={"if-none-match": etag}).text == "<svg>new</svg>"


def test_an_asset_of_an_older_build_is_missing_not_a_page(built, client):
    assert client.get("/assets/index-Old.js").status_code == 404


def test_a_link_out_of_the_folder_is_not_followed(built, client):
    assert "secret" not in client.get("/link.txt").text


def test_without_a_build_a_page_says_what_to_do(tmp_path, monkeypatch, client):
    monkeypatch.setattr(static, "FOLDER", tmp_path / "none")
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert "make ui" in answer.text
    assert answer.headers["cache-control"] == "no-store"


def test_the_operations_are_listed_offline(client):
    page = client.get("/api/docs").text
    for reference in ("/api/docs/script.js", "/api/docs/style.css"):
        assert reference in page
        assert client.get(reference).status_code == 200
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "<script>" not in page


@pytest.mark.parametrize("path", ["/", "/runs", "/assets/index-AbC123.js", "/assets/gone.js", "/api/docs"])
def test_head_is_get_without_the_body(built, client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    for name in ("content-type", "content-length", "etag", "cache-control", "content-security-policy"):
        assert head.headers.get(name) == get.headers.get(name)


def test_the_first_page_tells_of_the_code_that_its_address_needs(built, client):
    assets = built / "assets"
    (assets / "MetricsPage-AbC123.js").write_text('import{a}from"./plots-1.js";import"./gone-1.js"')
    (assets / "plots-1.js").write_text('import{b}from"./MetricsPage-AbC123.js"')
    assert client.get("/metrics?m=f1").headers["link"] == (
        "</assets/MetricsPage-AbC123.js>; rel=modulepreload, </assets/plots-1.js>; rel=modulepreload"
    )
    for path in ("/runs", "/*", "/..%2f", "/" + "x" * 5000):
        assert "link" not in client.get(path).headers
