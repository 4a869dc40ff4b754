"""`ridgeline merge lora`: what a fine-tune changed, as an adapter."""

import json

import numpy as np
from typer.testing import CliRunner

from ridgeline.cli.app import app
from tiny_models import tiny_arrays, write_model

BASE = tiny_arrays(0)


def test_an_adapter_is_taken_out_and_its_loss_is_told(tmp_path):
    write_model(tmp_path / "base", BASE)
    write_model(tmp_path / "tuned", tiny_arrays(1, base=BASE))
    words = [
        "merge",
        "lora",
        str(tmp_path / "base"),
        str(tmp_path / "tuned"),
        "--out",
        str(tmp_path / "adapter"),
    ]
    ran = CliRunner().invoke(app, [*words, "--rank", "2"])
    assert ran.exit_code == 0, ran.output
    assert "6 modules at rank 2" in ran.output
    assert "% of the change is left out" in ran.output
    assert (
        "3 other tensors changed, and are not in it: lm_head.weight, model.embed_tokens.weight" in ran.output
    )
    assert json.loads((tmp_path / "adapter" / "adapter_config.json").read_text())["r"] == 2

    words[-1] = str(tmp_path / "whole")
    told = json.loads(CliRunner().invoke(app, [*words, "--json"]).output)
    assert max(told["errors"].values()) < 1e-5
    assert len(told["left"]) == 3
    assert np.isfinite(list(told["errors"].values())).all()
