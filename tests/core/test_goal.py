import pytest

from ridgeline.core.goal import is_schedule, lower_is_better

LOWER = (
    "loss val/loss trainLoss eval_loss WER cer test.perplexity ppl RMSE valRMSE mean_squared_error latency fid bpb nll"
    " neg_log_likelihood negative_log_likelihood top1_err loss2"
)
HIGHER = (
    "f1 accuracy acc bleu lossless glossary closs reward neg_log_loss neg_mean_squared_error log_likelihood auc power"
    " answer_f1 kernel negatives émoji"
)


@pytest.mark.parametrize("name", LOWER.split())
def test_lower_is_better(name):
    assert lower_is_better(name)


@pytest.mark.parametrize("name", ["", *HIGHER.split()])
def test_higher_is_better(name):
    assert not lower_is_better(name)


@pytest.mark.parametrize(
    "name", ["lr", "optim/lr", "train.learning_rate", "Learning-Rate", "epoch", "grad_norm"]
)
def test_what_is_set_is_a_schedule(name):
    assert is_schedule(name)


@pytest.mark.parametrize("name", ["", "f1", "clr", "lr/f1", "steps_per_second", "loss_at_step"])
def test_what_is_reached_is_none(name):
    assert not is_schedule(name)
