import pytest

from ridgeline.integrations.subsets import by_subset, split_subset


@pytest.mark.parametrize(
    ("name", "short", "subset"),
    [
        ("eval_f1", "f1", "eval"),
        ("train/loss", "loss", "train"),
        ("val_loss_epoch", "loss_epoch", "val"),
        ("validation_0-rmse", "0-rmse", "validation"),
        ("Test Acc", "Acc", "test"),
        ("valid0.auc", "auc", "valid0"),
    ],
)
def test_a_subset_in_the_name_becomes_context(name, short, subset):
    assert split_subset(name) == (short, {"subset": subset})


@pytest.mark.parametrize("name", ["loss", "training", "test", "evaluate_all", "latest_loss", "train_"])
def test_other_names_stay_whole(name):
    assert split_subset(name) == (name, {})
    assert split_subset(name, "train") == (name, {"subset": "train"})


def test_values_are_grouped_by_context():
    assert by_subset({"loss": 1, "val_loss": 2, "acc": 3}, "train") == [
        ({"subset": "train"}, {"loss": 1, "acc": 3}),
        ({"subset": "val"}, {"loss": 2}),
    ]
