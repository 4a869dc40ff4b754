"""Objects of all runs: chosen, grouped, paged; and their bytes, which no browser runs."""

import json
import shutil

import numpy as np
import pytest

import ridgeline
from ridgeline.query.predictions import decode_predictions

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
NAME = 'große "Bilder"/../<b>'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Two runs × three steps × two images, and one of each other kind."""
    root = tmp_path_factory.mktemp("objects")
    rng = np.random.default_rng(0)
    for number, lr in enumerate((0.1, 0.01)):
        params = {"lr": lr, "seed": number}
        with ridgeline.Run(
            repo=root, run_id=f"run{number}", name=f"n{number}", params=params, capture=False
        ) as run:
            for step in (0, 10, 20 + number):
                pixels = rng.integers(0, 255, (2, 3, 3), dtype=np.uint8)
                images = [ridgeline.Image(pixels, caption=f"image {i}") for i in range(2)]
                run.track(images, name="samples", step=step, epoch=step / 10, context={"subset": "dev"})
                run.track(ridgeline.Text(f"Straße {number} at {step}"), name="words", step=step)
                run.track(ridgeline.Distribution([number, step]), name="weights", step=step)
            run.track(ridgeline.Image(SVG), name=NAME, step=0)
            run.track(ridgeline.Table([{"a": 1}]), name="table", step=0)
            run.track(ridgeline.Text("<script>alert(1)</script>" * 4000), name="long", step=0)
    return root


@pytest.fixture(scope="module")
def client(folder, serve_module):
    return serve_module(folder / ".ridgeline").client


def ask(client, **params):
    answer = client.get("/api/objects", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(listing):
    """Name of the run, step and index of each object."""
    runs, series = listing["runs"], listing["series"]
    return [(runs[series[o["series"]]["run"]]["id"], o["step"], o["index"]) for o in listing["objects"]]


class TestChoice:
    def test_all_by_creation_step_and_index(self, client):
        listing = ask(client, kind="image", m="samples")
        assert told(listing) == [
            (run, step, index)
            for run, steps in (("run0", (0, 10, 20)), ("run1", (0, 10, 21)))
            for step in steps
            for index in (0, 1)
        ]
        assert (listing["total"], listing["matched"], listing["steps"], listing["last_index"]) == (
            12,
            12,
            [0, 10, 20, 21],
            1,
        )
        assert [(s["name"], s["context"], s["n"], s["step_last"]) for s in listing["series"]] == [
            ("samples", {"subset": "dev"}, 6, 20),
            ("samples", {"subset": "dev"}, 6, 21),
        ]

    @pytest.mark.parametrize(
        ("at", "steps"), [("last", [20, 21]), ("20", [20, 10]), ("9", [0, 0]), ("-1", [])]
    )
    def test_the_newest_step_up_to_one(self, client, at, steps):
        assert [
            step for _, step, index in told(ask(client, kind="image", m="samples", at=at)) if index == 0
        ] == steps

    def test_ranges_and_densities(self, client):
        seen = told(ask(client, kind="image", m="samples", smin=5, smax=20, imin=1))
        assert seen == [("run0", 10, 1), ("run0", 20, 1), ("run1", 10, 1)]
        seen = told(ask(client, kind="image", m="samples", steps=2, indices=1))
        assert [(step, index) for _, step, index in seen] == [(0, 1), (20, 1), (0, 1), (21, 1)]

    @pytest.mark.parametrize(
        ("q", "runs"),
        [
            ("run.lr > 0.05", ["run0"]),
            ("images.context.subset == 'dev' and run.seed == 1", ["run1"]),
            ("texts.name == 'words' and run.seed == 1", ["run1"]),
            ("metric.name == 'loss'", []),
        ],
    )
    def test_expressions_over_runs_and_over_series(self, client, q, runs):
        listing = ask(client, kind="image", q=q, m='sam*{"subset": "dev"}')
        assert [run["id"] for run in listing["runs"]] == runs

    def test_find_looks_into_texts_and_captions(self, client):
        assert told(ask(client, kind="text", find="STRASSE 1 at 1")) == [("run1", 10, None)]
        assert len(ask(client, kind="image", find="Image 1")["objects"]) == 6

    def test_a_page(self, client):
        every = ask(client, kind="image", m="samples")["objects"]
        page = ask(client, kind="image", m="samples", offset=5, limit=4)
        assert (page["objects"], page["matched"]) == (every[5:9], 12)

    def test_nothing_of_a_kind(self, client):
        listing = ask(client, kind="audio")
        assert (listing["objects"], listing["series"], listing["total"]) == ([], [], 0)

    @pytest.mark.parametrize(
        ("params", "status", "slug"),
        [
            ({"kind": "image", "q": "run.lr >"}, 400, "syntax"),
            ({"kind": "film"}, 422, "bad-request"),
            ({"kind": "image", "at": "soon"}, 422, "bad-request"),
            ({"kind": "image", "row": "*"}, 400, "bad-key"),
            ({"kind": "image", "row": "images.name"}, 400, "series-not-chosen"),
        ],
    )
    def test_mistakes(self, client, params, status, slug):
        answer = client.get("/api/objects", params=params)
        assert (answer.status_code, answer.json()["slug"]) == (status, slug)


class TestGroups:
    def test_rows_and_columns_in_order(self, client):
        listing = ask(client, kind="image", m="samples", row=["-run.lr"], column=["-step", "index"])
        assert [group["key"] for group in listing["rows"]] == [{"run.lr": 0.1}, {"run.lr": 0.01}]
        assert [group["label"] for group in listing["columns"]] == [
            "21, 0", "21, 1", "20, 0", "20, 1", "10, 0", "10, 1", "0, 0", "0, 1",
        ]  # fmt: skip
        assert [(o["row"], o["column"]) for o in listing["objects"][:3]] == [(0, 2), (0, 3), (0, 4)]

    def test_sorted_by_keys_within_a_group(self, client):
        assert [run for run, *_ in told(ask(client, kind="text", m="words", sort="run.lr"))] == [
            "run1"
        ] * 3 + ["run0"] * 3
        assert [step for _, step, _ in told(ask(client, kind="text", m="words", sort="-step"))] == [
            21,
            20,
            10,
            10,
            0,
            0,
        ]

    def test_fields_of_series(self, client):
        listing = ask(
            client, kind="image", m="samples", field=["run.lr", "metric.context.subset", "run.nothing"]
        )
        assert [series["fields"] for series in listing["series"]] == [[0.1, "dev", None], [0.01, "dev", None]]


class TestBytes:
    def test_an_image_never_changes(self, client):
        one = ask(client, kind="image", m="samples")["objects"][0]
        answer = client.get(one["url"])
        assert (answer.headers["content-type"], answer.content[:4]) == ("image/png", b"\x89PNG")
        assert "immutable" in answer.headers["cache-control"]
        again = client.get(one["url"], headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert one["meta"] == {"caption": "image 0", "index": 0, "width": 3, "height": 2}

    def test_svg_and_html_run_nowhere(self, client):
        (svg, _) = ask(client, kind="image", m=NAME)["objects"]
        long = ask(client, kind="text", m="long")["objects"][0]
        for url, kind, disposition in (
            (svg["url"], "image/svg+xml", "attachment"),
            (long["url"], "text/plain; charset=utf-8", "inline"),
            (long["url"].replace("text%2Fplain", "text%2Fhtml"), "text/html; charset=utf-8", "attachment"),
        ):
            answer = client.get(url)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == kind
            assert answer.headers["content-disposition"].startswith(f"{disposition}; filename*=utf-8''")
            assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
            assert answer.headers["x-content-type-options"] == "nosniff"

    def test_names_of_any_letters(self, client):
        (one, _) = ask(client, kind="image", m=NAME)["objects"]
        said = client.get(one["url"]).headers["content-disposition"]
        assert said.endswith("gro%C3%9Fe%20%22Bilder%22%2F..%2F%3Cb%3E-0")

    def test_short_contents_come_along(self, client):
        listing = ask(client, kind="distribution", content=1, at="last")
        assert [sum(json.loads(o["content"])["counts"]) for o in listing["objects"]] == [2, 2]
        assert ask(client, kind="text", m="long", content=1)["objects"][0]["content"] is None
        assert "content" not in ask(client, kind="table", content=1)["objects"][0]

    def test_a_table(self, client):
        one = ask(client, kind="table")["objects"][0]
        assert client.get(one["url"]).json() == {"columns": ["a"], "rows": [[1]]}
        assert one["meta"] == {"n_rows": 1, "n_columns": 1}

    def test_a_blob_that_is_gone(self, folder, tmp_path, serve):
        copy = shutil.copytree(folder, tmp_path / "copy")
        shutil.rmtree(copy / ".ridgeline" / "blobs")
        client = serve(copy / ".ridgeline").client
        one = ask(client, kind="text", m="long")["objects"][0]
        answer = client.get(one["url"])
        assert (answer.status_code, answer.json()["slug"]) == (404, "blob-not-found")
        assert told(ask(client, kind="text", find="straße 0 at 0")) == [("run0", 0, None)]

    @pytest.mark.parametrize("place", ["0000000000000000-00000000/0", "0000000000000000-00000000/99999"])
    def test_no_object_there(self, client, place):
        answer = client.get(f"/api/runs/run0/objects/{place}")
        assert (answer.status_code, answer.json()["slug"]) == (404, "object-not-found")


def test_the_answer_as_a_whole(tmp_path, serve, golden):
    with ridgeline.Run(repo=tmp_path, run_id="one", name="one", experiment="pos", capture=False) as run:
        run.track(
            [ridgeline.Text("hällo"), ridgeline.Text("zwei", caption="second")],
            name="sample",
            step=3,
            epoch=0.5,
            context={"lang": "de"},
        )
    answer = ask(
        serve(tmp_path / ".ridgeline").client,
        kind="text",
        content=1,
        row="step",
        column="run.nothing",
        field="run.name",
    )
    for item in answer["objects"]:
        run_id, segment, offset = item["id"].split("/")
        assert item["url"] == f"/api/runs/{run_id}/objects/{segment}/{offset}"
        assert item["time"] > 0
        item |= {"id": "one/segment/0", "url": "/api/runs/one/objects/segment/0", "time": 1000.0}
    answer["runs"][0]["created"] = 1000.0
    golden("objects-of-all", answer)


class TestPlotly:
    def test_the_frame_is_sandboxed_and_may_stand_in_our_pages_alone(self, client):
        answer = client.get("/api/plotly/frame")
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'self'" in policy
        assert policy.endswith("sandbox allow-scripts")
        assert "connect-src" not in policy
        assert answer.headers["x-frame-options"] == "SAMEORIGIN"

    @pytest.mark.parametrize(("name", "kind"), [("frame.js", "text/javascript"), ("frame.css", "text/css")])
    def test_its_files(self, client, name, kind):
        answer = client.get(f"/api/plotly/{name}")
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cross-origin-resource-policy"] == "cross-origin"

    def test_the_script_is_that_of_the_package(self, client):
        pytest.importorskip("plotly")
        assert client.get("/api/plotly").json() == {"installed": True}
        answer = client.get("/api/plotly/plotly.min.js")
        assert b"plotly.js" in answer.content[:200]
        again = client.get("/api/plotly/plotly.min.js", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304

    def test_nothing_else_is_there(self, client):
        assert client.get("/api/plotly/..%2Fapp.py").status_code == 404
        assert client.get("/api/plotly/index.html").status_code == 404


def test_predictions_are_told_by_their_figures_and_given_as_a_file(serve_module, tmp_path_factory):
    root = tmp_path_factory.mktemp("predictions")
    p = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]], np.float32)
    with ridgeline.Run(repo=root, run_id="r", capture=False) as run:
        run.log_predictions(p, labels=[0, 0, 0], context={"lang": "de"}, step=4)
        run.log_predictions(np.tile(p, (5000, 1)), context={"lang": "nl"}, step=4)
    client = serve_module(root / ".ridgeline").client
    small, large = ask(client, kind="predictions", q='predictions.context.lang != "fr"')["objects"]
    assert small["meta"] == {
        "n_examples": 3,
        "holds": ["probabilities", "labels"],
        "n_classes": 2,
        "mean_confidence": pytest.approx(2 / 3),
        "accuracy": pytest.approx(2 / 3),
    }
    for item, examples in ((small, 3), (large, 15_000)):
        answer = client.get(item["url"])
        assert "attachment" in answer.headers["content-disposition"]
        assert decode_predictions(answer.content).n_examples == examples
    details = client.get("/api/runs/r").json()
    assert {one["kind"] for one in details["objects"]} == {"predictions"}
