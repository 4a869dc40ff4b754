"""Make src/ridgeline/select/lms/data/languages.csv: vectors of 18 languages, from the demo's unlabeled texts.

    python scripts/make_language_vectors.py

The demo's features (src/ridgeline/demo/data/emoji.npz, see scripts/make_demo_data.py) are of the same texts in each language
but English, whose first 900 are for training; the 744 that all languages have are used. A line a language: its ISO 639-1
code and its coordinates on the principal axes of the centred means, in thousandths of their largest.
"""

from pathlib import Path

import numpy as np

from ridgeline.demo.task import load_task
from ridgeline.select.lms.languages import learn_language_vectors

FILE = Path(__file__).resolve().parents[1] / "src" / "ridgeline" / "select" / "lms" / "data" / "languages.csv"


def text() -> str:
    """Return the file's content."""
    task = load_task()
    features = task.eval_x.reshape(len(task.languages), -1, task.eval_x.shape[1])
    vectors = learn_language_vectors(dict(zip(task.languages, features, strict=True)))
    values = 1000 * vectors.values / np.abs(vectors.values).max()
    lines = (
        ",".join([language, *(f"{value:.1f}" for value in row)])
        for language, row in zip(vectors.tasks, values, strict=True)
    )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(text(), "utf-8")
