import json

import pytest

from ridgeline.core.errors import InputError, QueryError
from ridgeline.query.selectors import parse_selector
from ridgeline.query.series_set import series_matching


@pytest.fixture
def snapshot(record, opened):
    for i in range(3):
        metrics = [
            (name, {"lang": lang, "fold": 1}, [0.1 * i])
            for name in ("f1", "val/f1", "val/loss")
            for lang in ("de", "fr")
        ]
        record({"lr": i}, [*metrics, ("star*", None, [1.0]), ("loss", None, [2.0])])
    return opened().snapshot()


@pytest.mark.parametrize(
    ("selectors", "expected"),
    [
        (None, 24),
        ([], 0),
        (["f1"], 6),
        (['f1{"lang": "de"}'], 3),
        (['f1 {"lang": "de", "fold": 1}'], 3),
        (['f1{"lang": "es"}'], 0),
        (["val/*"], 12),
        (["*f1"], 12),
        (["*"], 24),
        (["val/f?"], 6),
        (["f?"], 6),
        (["[!f]*"], 18),
        (["[fl]*"], 9),
        (["star*"], 3),
        (["re:^(f1|loss)$"], 9),
        (['re:loss{"lang": "fr"}'], 3),
        (["re:l{1}oss"], 9),
        (["f1", "loss", "f1"], 9),
        (['*{"lang": "de"}'], 9),
        (['f1{"lang": "*"}'], 6),
        (['*{"lang": "?e"}'], 9),
        (['*{"lang": "re:^(de|fr)$"}'], 18),
        (['*{"lang": ["de", "es"]}'], 9),
        (['*{"lang": ["d*", "fr"]}'], 18),
        (['*{"fold": "*"}'], 18),
        (['*{"fold": "re:^[01]$"}'], 18),
        (['*{"fold": "1"}'], 0),
        (['*{"fold": null}'], 6),
        (['*{"lang": [null, "de"]}'], 15),
        (['loss{"lang": null}'], 3),
        (['f1{"lang": null}'], 0),
    ],
)
def test_selectors(snapshot, selectors, expected):
    found = series_matching(snapshot, "", selectors)
    assert len(found) == len(found.mid) == len(found.rid) == len(found.summaries) == expected
    assert sorted(zip(found.mid.tolist(), found.rid.tolist(), strict=True)) == list(
        zip(found.mid.tolist(), found.rid.tolist(), strict=True)
    )


def test_a_query_and_selectors_both_count(snapshot):
    assert len(series_matching(snapshot, "run.lr > 0", ["f1"])) == 4
    assert len(series_matching(snapshot, "run.lr > 0 and metric.context.lang == 'de'", ["f1", "loss"])) == 2


def test_a_selector_that_means_nothing_brings_a_warning(snapshot):
    found = series_matching(snapshot, "", ["los", "f1"])
    assert [notice.message for notice in found.warnings] == [
        "No run has the metric 'los'. Did you mean 'loss'?"
    ]


@pytest.mark.parametrize("text", ['f1{"lang"}', "f1{lang: de}", "f1{}}", "f1{[1]}"])
def test_a_context_that_is_no_json(text):
    with pytest.raises(InputError) as caught:
        parse_selector(text)
    assert caught.value.slug == "bad-selector"


@pytest.mark.parametrize("text", ["re:(", 'f1{"lang": "re:("}', "re:" + "a" * 501, "re:a{101}"])
def test_a_pattern_that_is_none(snapshot, text):
    with pytest.raises(QueryError, match="bad-pattern"):
        series_matching(snapshot, "", [text])


def test_parts_of_selectors():
    assert parse_selector('f1{"a": [1, {"b": null}]}').context == {"a": (1, {"b": None})}
    assert parse_selector("a{b").name == "a{b"
    assert parse_selector("re:a{2}").name == "re:a{2}"


def test_a_quoted_name_may_have_braces(record, opened):
    name = 'a/b c"d\\e{f}'
    record({}, [(name, {"lang": lang}, [1.0]) for lang in ("de", "fr")] + [("a", None, [1.0])])
    quoted = json.dumps(name)
    snapshot = opened().snapshot()
    assert len(series_matching(snapshot, "", [quoted])) == 2
    assert len(series_matching(snapshot, "", [quoted + '{"lang": "de"}'])) == 1
    assert parse_selector('"a').name == parse_selector('"a"b').name[:2] == '"a'
    with pytest.raises(InputError, match="bad-selector"):
        parse_selector('"a"{f}')
