"""The public names, and what importing them costs."""

import subprocess
import sys

import ridgeline


def test_all_is_sorted_and_complete():
    assert ridgeline.__all__ == sorted(ridgeline.__all__)
    assert set(ridgeline._HOMES) | {"__version__"} == set(ridgeline.__all__)
    for name in ridgeline.__all__:
        assert getattr(ridgeline, name) is not None


def test_an_unknown_name_is_an_attribute_error():
    assert not hasattr(ridgeline, "Rum")


def modules_after(statement):
    code = f"import sys; {statement}; print('\\n'.join(sorted(m.partition('.')[0] for m in sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_recording_loads_the_standard_library_alone():
    bare = modules_after("pass")
    loaded = modules_after("import ridgeline; ridgeline.Run; ridgeline.Text") - bare
    assert loaded - set(sys.stdlib_module_names) == {"ridgeline"}
