"""Model cards: what a tiny model is, how it was trained, what it can do."""

import time
from dataclasses import asdict
from pathlib import Path

from .recipes import LANGUAGE_OF

WHAT = {
    "llama": "A Llama of 0.8 million parameters that reads, decides and writes in the pocket world",
    "qwen2": "A Qwen2 of 0.8 million parameters that reads, decides and writes in the pocket world",
    "qwen2-vl": "A tiny Qwen2-VL: the Qwen2 model beside it, with eyes for the pocket world's pictures",
    "llava-onevision": "A tiny LLaVA-OneVision: the Qwen2 model beside it behind a small SigLIP tower",
    "mllama": "A tiny Mllama: the Llama model beside it, with cross-attention to the pocket world's pictures",
}
LANGUAGE_HOW = """Trained from nothing on text of the pocket world alone (`lib/pocket/corpus.ts`): captions, decisions, lists of
questions, and decisions from notes, one word for each sign of a picture. Two of the problems were decided
crudely, at random between two actions, in a share of that text (`data/pocket/WORLD.md`), so that there is
something left to learn from a teacher who decides them well."""
EYES_HOW = """First its eyes were aligned with the untouched language model: each cell of a picture becomes the word of the
sign that stands there. Then it was tuned on captions and questions about pictures, with few decisions among
them. {forgot}

That makes, on purpose, the gap that the study then closes. The pocket shows the mechanism; it proves nothing
about large models."""
FORGOT = {
    "qwen2-vl": "In this the language model forgot some of what it knew about deciding.",
    "llava-onevision": "In this the language model forgot some of what it knew about deciding.",
    "mllama": "Its language model stayed as it was; only cross-attention and the eyes learned. The real one's gates start closed;\nhere the first cross-attention layer was solved for by least squares (`remote/tiny_models/crossing.py`), so that each of\neight slots finds the signs of one kind.",
}


def write_card(folder: Path, name: str, recipe, figures: dict[str, float], started: float) -> None:
    """Writes README.md into a model's folder."""
    family = LANGUAGE_OF.get(name)
    lines = ["---", "license: apache-2.0", "library_name: transformers"]
    lines += [f"base_model: ../{family}", "---"] if family else ["---"]
    lines += ["", f"# {name} (tiny)", "", f"{WHAT[name]}. Part of words-over-vision; it knows nothing else.", ""]
    lines += ["## How it was trained", "", EYES_HOW.format(forgot=FORGOT[name]) if family else LANGUAGE_HOW, ""]
    lines += ["| setting | value |", "|---|---|"]
    lines += [f"| {key.replace('_', ' ')} | {as_text(value)} |" for key, value in asdict(recipe).items()]
    minutes = (time.time() - started) / 60
    lines += [f"| time, on one thread | {minutes:.1f} min |", "", "Rebuild it: `npm run tiny-models`.", ""]
    lines += ["## What it can do", "", "On 600 validation items, which are in no training and not in the test:", ""]
    lines += ["| measure | value |", "|---|---|"]
    lines += [f"| {key} | {100 * value:.1f} % |" for key, value in figures.items()] + [""]
    (folder / "README.md").write_text("\n".join(lines), encoding="utf8")


def as_text(value) -> str:
    """A setting as a person writes it."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    if isinstance(value, (tuple, list)) and isinstance(value[0], dict):
        return "; then ".join(as_text(one) for one in value)
    if isinstance(value, (tuple, list)):
        return ", ".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
