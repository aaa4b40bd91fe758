"""Model cards: what a tiny model is, how it was trained, and what it can do."""

import time
from dataclasses import asdict
from pathlib import Path

from .recipes import LANGUAGE_OF

DESCRIPTION = {
    "llama": "A Llama with 0.8 million parameters, for text of the pocket world",
    "qwen2": "A Qwen2 with 0.8 million parameters, for text of the pocket world",
    "qwen2-vl": "A tiny Qwen2-VL: the tiny Qwen2 with a vision encoder for pictures of the pocket world",
    "llava-onevision": "A tiny LLaVA-OneVision: the tiny Qwen2 with a small SigLIP vision encoder",
    "mllama": "A tiny Mllama: the tiny Llama with cross-attention to pictures of the pocket world",
}
SCOPE = "It is part of words-over-vision and knows nothing outside that world."
MEASURED = "Measured on 600 validation items, which are in neither the training text nor the test items:"
LANGUAGE_TRAINING = """It was trained from scratch, on text of the pocket world only (`remote/tiny_models/corpus.ts`): captions,
decisions, lists of questions, and decisions from notes, which are the phrases for the icons of a picture. For
two of the problems, nine of ten decisions in that text ignore what is at hand (`data/pocket/WORLD.md`). So the
model can still learn something from a teacher who decides correctly."""
VISION_TRAINING = """First the vision encoder was aligned with the frozen language model: for each cell of a picture it learned to
output the word embedding of the icon in that cell. {connection}Then the model was tuned on captions and questions about
pictures, with few decisions among them. During tuning, the language model forgot part of what it knew about decisions.

This creates, on purpose, the gap that the study then closes. The pocket study shows the mechanism; it is no
evidence about large models."""
CONNECTION = """Then the cross-attention layers and the vision encoder
were trained, with the language model still frozen. The real model starts with closed gates. Here the first
cross-attention layer was solved by least squares (`remote/tiny_models/cross_attention.py`), so that each of eight
slots attends to icons of one kind. The real model's language model stays frozen to the end; here it is tuned, too.
"""


def write_card(folder: Path, name: str, recipe, figures: dict[str, float], started: float) -> None:
    """Writes README.md into a model's folder."""
    family = LANGUAGE_OF.get(name)
    lines = ["---", "license: apache-2.0", "library_name: transformers"]
    lines += [f"base_model: ../{family}", "---"] if family else ["---"]
    lines += ["", f"# {name} (tiny)", "", f"{DESCRIPTION[name]}. {SCOPE}", ""]
    connection = CONNECTION if name == "mllama" else ""
    training = VISION_TRAINING.format(connection=connection) if family else LANGUAGE_TRAINING
    lines += ["## How it was trained", "", training, ""]
    lines += ["| setting | value |", "|---|---|"]
    settings = {key.replace("_", " "): value for key, value in asdict(recipe).items() if value is not None}
    lines += [f"| {key} | {as_text(value)} |" for key, value in settings.items()]
    minutes = (time.time() - started) / 60
    lines += [f"| time on one thread | {minutes:.1f} min |", "", "Rebuild it: `npm run tiny-models`.", ""]
    lines += ["## What it can do", "", MEASURED, ""]
    lines += ["| measure | value |", "|---|---|"]
    lines += [f"| {key} | {100 * value:.1f} % |" for key, value in figures.items()] + [""]
    (folder / "README.md").write_text("\n".join(lines), encoding="utf8")


def as_text(value) -> str:
    """Formats a setting."""
    if isinstance(value, dict) and "steps" in value:
        return ", ".join(f"{name.replace('_', ' ')} {as_text(each)}" for name, each in value.items())
    if isinstance(value, dict):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    if isinstance(value, (tuple, list)) and isinstance(value[0], dict):
        return "; then ".join(as_text(one) for one in value)
    if isinstance(value, (tuple, list)):
        return ", ".join(f"{one:g}" for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)
