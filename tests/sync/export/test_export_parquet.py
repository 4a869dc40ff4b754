"""Runs written as Parquet files and read back."""

import dataclasses

import numpy as np
import pytest

from ridgeline.core.errors import InputError, StorageError
from ridgeline.log.layout import Layout
from ridgeline.query.repo import Repo
from ridgeline.sync.export.held import held_run
from ridgeline.sync.export.parquet import ParquetFolder
from ridgeline.sync.passes import Passes
from ridgeline.sync.tables.exported import ExportedFolder


@pytest.fixture
def exported(recorded, tmp_path):
    target = ParquetFolder(tmp_path / "out")
    for run in recorded:
        assert target.write(run) == []
    target.close()
    return tmp_path / "out"


def test_everything_comes_back(recorded, exported, tmp_path):
    root = tmp_path / "back" / ".ridgeline"
    Layout(root).create()
    with Repo(root) as other:
        moved = Passes(other, ExportedFolder(exported), on_failure=lambda _run, why: pytest.fail(why)).once()
        assert (moved.runs, moved.objects) == (2, 10)
        assert not Passes(other, ExportedFolder(exported)).once()
        other.refresh()
        for run in recorded:
            found = held_run(other, other.run(run.id))
            for field in dataclasses.fields(run):
                if field.name not in ("source", "series", "objects", "artifacts", "env"):
                    assert getattr(found, field.name) == getattr(run, field.name), field.name
            assert [(one.name, one.kind, one.meta, one.read()) for one in found.objects] == [
                (one.name, one.kind, one.meta, one.read()) for one in run.objects
            ]
            assert [one.name for one in found.artifacts] == ["notes/a.txt"]
            for ours, theirs in zip(run.series, found.series, strict=True):
                assert (ours.name, ours.context) == (theirs.name, theirs.context)
                for column in ("step", "time", "value"):
                    np.testing.assert_array_equal(getattr(ours, column), getattr(theirs, column))
                if ours.epoch is not None:
                    np.testing.assert_array_equal(ours.epoch, theirs.epoch)


def test_another_export_replaces_it_only_when_it_is_whole(recorded, exported):
    before = (exported / "points.parquet").read_bytes()
    half = ParquetFolder(exported)
    half.write(recorded[0])
    assert (exported / "points.parquet").read_bytes() == before
    half.close()
    assert list(ExportedFolder(exported).listed()) == [recorded[0].id]


def test_what_is_no_export(tmp_path, exported):
    with pytest.raises(InputError, match=r"runs\.parquet is missing"):
        ExportedFolder(tmp_path)
    (exported / "objects.parquet").write_bytes(b"PAR1")
    with pytest.raises(StorageError, match="whole"):
        ExportedFolder(exported)
