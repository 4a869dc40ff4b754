"""What `from ridgeline.merge import …` gives, what it costs, and that the how-to's lines run."""

import inspect
import pickle
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ridgeline.merge
import ridgeline.merge.verification
from merge_files import family
from ridgeline.cli.app import app
from ridgeline.core.errors import InputError
from ridgeline.merge import Options, make_plan, make_spec, merge, merge_recipe, run_plan, verify
from ridgeline.merge.tensors.checkpoint import open_checkpoint

HOWTO = Path(__file__).resolve().parents[2] / "docs/howto/merge.md"
RECIPE = "models: [{model: law}, {model: code}]\nmerge_method: ties\nbase_model: base\nparameters: {density: 0.4}\n"


@pytest.fixture
def models(tmp_path, monkeypatch):
    """Work in a folder with `base`, `law`, `code` and a recipe."""
    _, law, code = family(tmp_path, {"a.weight": (20, 30), "b.bias": (30,)}, models=2)
    law.rename(tmp_path / "law")
    code.rename(tmp_path / "code")
    (tmp_path / "recipe.yaml").write_text(RECIPE)
    monkeypatch.chdir(tmp_path)


def test_all_is_sorted_and_complete():
    assert ridgeline.merge.__all__ == sorted(ridgeline.merge.__all__)
    assert set(ridgeline.merge._HOMES) == set(ridgeline.merge.__all__)
    for name in ridgeline.merge.__all__:
        assert callable(getattr(ridgeline.merge, name)), f"{name} is hidden by a module of its name"
        assert inspect.getdoc(getattr(ridgeline.merge, name))
    assert set(ridgeline.merge.__all__) <= set(dir(ridgeline.merge))


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(ridgeline.merge, "blend")


def test_the_package_loads_what_is_asked_for():
    code = "import sys, ridgeline.merge as m; bare = 'numpy' in sys.modules; m.merge; print(bare, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_the_lines_of_the_how_to_run(models, capsys):
    text = HOWTO.read_text("utf-8").partition("## Merge from Python")[2].partition("\n## ")[0]
    (code,) = re.findall(r"((?:^    .*\n|^\n)+)", text.split("\n\n", 2)[2], re.MULTILINE)[:1]
    exec(inspect.cleandoc("\n" + code), {})
    assert Path("merged/model.safetensors").is_file()
    assert Path("merged-by-recipe/README.md").is_file()
    assert "True" in capsys.readouterr().out


def test_a_recipe_gives_what_the_command_gives(models):
    told = []
    merged = merge_recipe(
        "recipe.yaml", "a/out", options=Options(threads=1, on_progress=lambda *at: told.append(at))
    )
    assert merged.tensors == 2
    assert told[-1] == (merged.size_bytes, merged.size_bytes)
    assert verify("a/out").sound
    assert CliRunner().invoke(app, ["merge", "recipe.yaml", "--out", "b/out"]).exit_code == 0
    for file in Path("a/out").iterdir():
        assert file.read_bytes() == (Path("b/out") / file.name).read_bytes(), file.name


def test_what_a_method_refuses_is_told_before_anything_is_written(models):
    wrong = {"density": 0.9, "epsilon": 0.5}
    with pytest.raises(InputError, match=r"'a.weight': epsilon is 0.5 at density 0.9") as found:
        merge(["law", "code"], "out", method="della", base="base", parameters=wrong)
    assert found.value.message.count("epsilon is 0.5") == 1, "once, not for each tensor"
    assert found.value.slug == "merge-settings"
    assert not Path("out").exists()


def test_a_plan_travels_to_a_process_that_works_elsewhere(models, tmp_path, monkeypatch):
    plan = make_plan(make_spec(["law", "code"]))
    packed = pickle.dumps(plan)
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    arrived = pickle.loads(packed)
    monkeypatch.chdir(tmp_path)
    assert arrived.identity == plan.identity
    run_plan(arrived, tmp_path / "arrived")
    run_plan(plan, tmp_path / "stayed")
    first, second = (open_checkpoint(tmp_path / name).tensors for name in ("arrived", "stayed"))
    assert all((first[name].read(0, 30) == second[name].read(0, 30)).all() for name in first)


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed; tests/frameworks merges on it")
@pytest.mark.parametrize("where", [["--ray"], ["--ray", "10.0.0.1:6379"]])
def test_ray_that_is_not_installed(models, monkeypatch, where):
    monkeypatch.setenv("RAY_DEDUP_LOGS_SKIP_REGEX", "")  # the command sets it for its process
    ran = CliRunner().invoke(app, ["merge", *where, "recipe.yaml", "--out", "out"])
    assert isinstance(ran.exception, InputError)
    assert "pip install 'ridgeline[ray]'" in ran.exception.message
    assert not Path("out").exists()
