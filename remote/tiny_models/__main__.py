"""Trains one family of tiny models: a language model, then the vision-language models built on it.

    PYTHONPATH=remote python -m tiny_models --family qwen2 --corpus CORPUS --out OUT [--miniature]

CORPUS is the folder that `wov tiny-models` writes. A model's folder appears in OUT only when it is complete, and a
model that is there already is not trained again. Standard output carries events, one JSON object per line.
"""

import argparse
import json
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from report import keep_stdout, report
from transformers import AutoModelForCausalLM, AutoTokenizer

from .card import write_card
from .checks import accuracy_on_pictures, accuracy_on_text, greedy_captions, read_validation
from .cross_attention import initialise_cross_attention
from .data import Encoder, read_lines
from .language import new_language_model, train_cycle
from .pictures import read_pictures
from .recipes import FAMILIES, LANGUAGE, VISION, miniature_language, miniature_vision
from .search import tune_to_target
from .tokenizer import PICTURE_IN_LINE, PICTURE_IN_SLOTS, build_tokenizer
from .vision import align, connect, tune
from .vision_language_model import build

CHECK_EVERY = 400  # steps between two measurements on validation items


def train_language_model(family: str, corpus: Path, out: Path, miniature: bool) -> None:
    """Trains a language model and saves it in OUT/family."""
    started = time.time()
    recipe = miniature_language(LANGUAGE[family]) if miniature else LANGUAGE[family]
    tokenizer = build_tokenizer(read_json(corpus / "phrases.json"), picture_tokens(family))
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "bos", "eos")}
    model = new_language_model(family, vocabulary_size(tokenizer), ids, recipe.seed)
    encoder = Encoder(tokenizer, slots=family == "llama", seed=recipe.seed)
    lines = read_lines(corpus / "text.jsonl")
    text = encoder.encode_all([line for line in lines if line["task"] != "list"])
    lists = encoder.encode_all([line for line in lines if line["task"] == "list"])
    validation = read_validation(corpus)

    def log(step: int, loss: float) -> None:
        checked = {"right": accuracy_on_text(model, tokenizer, validation)} if step % CHECK_EVERY == 0 else {}
        report("progress", task=family, done=before + step, total=total, loss=round(loss, 4), **checked)

    before, total = 0, sum(cycle.steps for cycle in recipe.cycles)
    for used, cycle in enumerate(recipe.cycles, start=1):
        train_cycle(model, text, lists, recipe, cycle, tokenizer.pad_token_id, log)
        before += cycle.steps
        accuracy = accuracy_on_text(model, tokenizer, validation)
        if accuracy >= recipe.target:
            break
    taken = replace(recipe, cycles=recipe.cycles[:used])
    figures = {"accuracy on true captions": accuracy}
    save(model, tokenizer, out / family, lambda folder: write_card(folder, family, taken, figures, started))


def train_vision_language_model(name: str, family: str, corpus: Path, out: Path, miniature: bool) -> None:
    """Builds a vision-language model on OUT/family, trains it on pictures, and saves it in OUT/name."""
    started = time.time()
    recipe = miniature_vision(VISION[name]) if miniature else VISION[name]
    tokenizer = AutoTokenizer.from_pretrained(out / family)
    language = AutoModelForCausalLM.from_pretrained(out / family, dtype=torch.float32)
    model, processor = build(name, language, tokenizer, recipe.seed)
    pictures, validation, tokens = read_pictures(corpus), read_validation(corpus), picture_tokens(family)
    connecting = recipe.connection.steps if recipe.connection else 0
    total = recipe.align_steps + connecting + recipe.tune_steps
    figures, before = {}, 0

    def log(step: int, loss: float, icons: float | None = None) -> None:
        fields = {} if icons is None else {"icons": icons}
        report("progress", task=name, done=before + step, total=total, loss=round(loss, 4), **fields)

    def measure(after: str = "") -> float:
        accuracy = accuracy_on_pictures(model, processor, tokens, validation)
        if after:
            figures[f"accuracy on pictures after {after}"] = accuracy
            report("progress", task=name, done=before, total=total, right=accuracy)
        return accuracy

    if name == "mllama":
        initialise_cross_attention(model, read_json(corpus / "icons.json"), tokenizer)
    align(model, processor, pictures, recipe, log)
    before = recipe.align_steps
    measure("alignment")
    if recipe.connection:
        connect(model, processor, tokens, pictures, recipe, log)
        before += connecting
        measure("connection")
    rate = tune_to_target(
        recipe, model, lambda rate: tune(model, processor, tokens, pictures, recipe, rate, log), measure
    )
    captions = greedy_captions(model, processor, tokens, pictures[0].pairs["caption"][0], validation)
    figures |= {
        "accuracy on pictures": measure(),
        f"accuracy of {family} on its captions": accuracy_on_text(language, tokenizer, validation, captions),
    }
    save(model, processor, out / name, lambda folder: write_card(folder, name, replace(recipe, tune_rate=rate), figures, started))


def save(model, processor, folder: Path, write: Callable[[Path], None]) -> None:
    """Saves a model in half precision with its processor and card. The folder appears only when it is complete."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    if model.config.model_type == "mllama":
        # transformers takes a cache's length from its first layer, which is a cross-attention layer here.
        model.generation_config.use_cache = False
    for config in (model.config, model.config.get_text_config()):
        config._name_or_path = ""  # else it would hold a path of this machine
    model.half().save_pretrained(part)
    processor.save_pretrained(part)
    write(part)
    os.rename(part, folder)


def read_json(path: Path) -> list:
    return json.loads(path.read_text(encoding="utf8"))


def vocabulary_size(tokenizer) -> int:
    """The number of tokens, rounded up to a multiple of eight, for which matrix products are faster."""
    return -(-len(tokenizer) // 8) * 8


def picture_tokens(family: str) -> str:
    """The tokens that represent a picture in a family's prompts."""
    return PICTURE_IN_SLOTS if family == "llama" else PICTURE_IN_LINE


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tiny_models", description="Trains one family of tiny models.")
    parser.add_argument("--family", choices=sorted(FAMILIES), required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--miniature", action="store_true", help="a few steps of everything, for tests")
    arguments = parser.parse_args()
    keep_stdout()
    torch.set_num_threads(1)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in FAMILIES[arguments.family]:
        if (arguments.out / name).exists():
            continue
        if name == arguments.family:
            train_language_model(name, arguments.corpus, arguments.out, arguments.miniature)
        else:
            train_vision_language_model(name, arguments.family, arguments.corpus, arguments.out, arguments.miniature)
        report("done", task=name)


main()
