"""LMS and the nearest pivot, asked for on the Select page: of recorded features, with what they have to say."""

import numpy as np
import pytest

import ridgeline

TARGET = "accuracy{lang=sv,subset=test}"


@pytest.fixture(scope="module")
def served(tmp_path_factory, serve_module):
    folder = tmp_path_factory.mktemp("sweep")
    rng = np.random.default_rng(0)
    for at in range(8):
        with ridgeline.Run("pos", name=f"m{at}", repo=folder, capture=False) as run:
            for lang in ("en", "de", "nl", "fr", "sv"):
                for subset in ("dev", "test"):
                    context = {"lang": lang, "subset": subset}
                    run.track(rng.random(), name="accuracy", context=context)
                    run.log_predictions(
                        predictions=rng.integers(0, 2, 5), mean_features=rng.normal(size=4), context=context
                    )
    return serve_module(folder / ".ridgeline").client


def test_it_says_what_it_rests_on_and_is_rehearsed(served):
    rules = ["source-dev", "mean-pivots", "nearest-pivot", "lms"]
    found = served.get("/api/select", params={"target": TARGET, "source": "en", "rule": rules}).json()
    assert [rule["name"] for rule in found["rules"]] == rules
    notes = {rule["name"]: rule["note"] for rule in found["rules"]}
    assert notes["lms"].startswith("LMS abstains: with each of 3 pivots as the target")
    assert notes["nearest-pivot"] == "the pivot nearest to sv is nl"
    assert found["rehearsal"]["rules"] == rules
    scores = {rule["name"]: rule["scores"] for rule in found["rules"]}
    assert scores["lms"] in (scores["source-dev"], scores["mean-pivots"])
