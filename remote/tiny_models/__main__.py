"""Brings up one family of tiny models: a language model, then the vision-language models on it.

    PYTHONPATH=remote python -m tiny_models --family qwen2 --corpus CORPUS --out OUT [--miniature]

CORPUS is what `wov tiny-models` writes. Each model's folder appears in OUT whole or not at all; one that is there
is not made again. Standard output carries one JSON object a line, as a job's does.
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
from report import report
from transformers import AutoModelForCausalLM, AutoTokenizer

from .card import write_card
from .checks import captions_of, decides, decides_on_pictures, read_validation
from .data import Encoder, read_lines
from .crossing import open_cross_attention
from .vision import align, tune
from .language import new_language_model, train_language_model
from .pictures import read_pictures
from .recipes import EYES, FAMILIES, LANGUAGE, EyesRecipe, miniature_eyes, miniature_language
from .seeing import build
from .tokenizer import PICTURE_IN_LINE, PICTURE_IN_SLOTS, build_tokenizer

CHECK_EVERY = 400


def bring_up_language(family: str, corpus: Path, out: Path, miniature: bool) -> None:
    """Trains a language model and leaves it in OUT/family."""
    started = time.time()
    recipe = miniature_language(LANGUAGE[family]) if miniature else LANGUAGE[family]
    tokenizer = build_tokenizer(read_json(corpus / "phrases.json"), picture_of(family))
    ids = {f"{name}_token_id": getattr(tokenizer, f"{name}_token_id") for name in ("pad", "bos", "eos")}
    model = new_language_model(family, vocabulary_size(tokenizer), ids, recipe.seed)
    encoder = Encoder(tokenizer, slots=family == "llama", seed=recipe.seed)
    lines = read_lines(corpus / "text.jsonl")
    text = encoder.encode_all([line for line in lines if line["task"] != "list"])
    lists = encoder.encode_all([line for line in lines if line["task"] == "list"])
    validation = read_validation(corpus)

    def log(step: int, loss: float) -> None:
        checked = {"right": decides(model, tokenizer, validation)} if step % CHECK_EVERY == 0 else {}
        report("progress", task=family, done=before + step, total=total, loss=round(loss, 4), **checked)

    before, total = 0, sum(cycle.steps for cycle in recipe.cycles)
    for used, cycle in enumerate(recipe.cycles, start=1):
        train_language_model(model, text, lists, recipe, cycle, tokenizer.pad_token_id, log)
        before += cycle.steps
        right = decides(model, tokenizer, validation)
        if right >= recipe.enough:
            break
    taken = replace(recipe, cycles=recipe.cycles[:used])
    figures = {"right letters on true captions": right}
    save(model, tokenizer, out / family, lambda folder: write_card(folder, family, taken, figures, started))


def bring_up_eyes(name: str, family: str, corpus: Path, out: Path, miniature: bool) -> None:
    """Builds a vision-language model on OUT/family, teaches it to see, and leaves it in OUT/name."""
    started = time.time()
    recipe = miniature_eyes(EYES[name]) if miniature else EYES[name]
    tokenizer = AutoTokenizer.from_pretrained(out / family)
    language = AutoModelForCausalLM.from_pretrained(out / family, dtype=torch.float32)
    model, processor = build(name, language, tokenizer, recipe.seed)
    seen, validation, picture = read_pictures(corpus), read_validation(corpus), picture_of(family)
    total = recipe.align_steps + recipe.tune_steps

    def log(step: int, loss: float, signs: float | None = None) -> None:
        fields = {} if signs is None else {"signs": signs}
        report("progress", task=name, done=step, total=total, loss=round(loss, 4), **fields)

    if name == "mllama":
        open_cross_attention(model, read_json(corpus / "signs.json"), tokenizer)
    align(model, processor, seen, recipe, log)
    aligned = decides_on_pictures(model, processor, picture, validation)
    report("progress", task=name, done=recipe.align_steps, total=total, right=aligned)
    rate = tune_near(
        recipe,
        model,
        lambda rate: tune(model, processor, picture, seen, recipe, rate, lambda i, loss: log(recipe.align_steps + i, loss)),
        lambda: decides_on_pictures(model, processor, picture, validation),
    )
    captions = captions_of(model, processor, picture, seen[0].pairs["caption"][0], validation)
    figures = {
        "right letters on pictures once its eyes were aligned": aligned,
        "right letters on pictures": decides_on_pictures(model, processor, picture, validation),
        f"right letters of {family} on its captions": decides(language, tokenizer, validation, captions),
    }
    save(model, processor, out / name, lambda folder: write_card(folder, name, replace(recipe, tune_rates=(rate,)), figures, started))


def tune_near(recipe: EyesRecipe, model, tune: Callable[[float], None], measure: Callable[[], float]) -> float:
    """Tunes from the same start at one rate after another until the model is as good as wanted, or the last has
    been tried; leaves it as the nearest one left it, and tells that one's rate."""
    start = {name: value.clone() for name, value in model.state_dict().items()}
    tried: list[tuple[float, float, dict]] = []
    for rate in recipe.tune_rates:
        model.load_state_dict(start)
        tune(rate)
        right = measure()
        report("progress", task="tune", rate=rate, right=right)
        tried.append((abs(right - recipe.wanted), rate, {n: v.clone() for n, v in model.state_dict().items()}))
        if tried[-1][0] <= recipe.near:
            break
    _, rate, state = min(tried, key=lambda one: one[0])
    model.load_state_dict(state)
    return rate


def save(model, processor, folder: Path, write: Callable[[Path], None]) -> None:
    """Saves a model in half precision with all that loads it, and its card; the folder appears whole."""
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    if model.config.model_type == "mllama":
        # transformers reads a cache's length off its first layer, which here is cross-attention.
        model.generation_config.use_cache = False
    for config in (model.config, model.config.get_text_config()):
        config._name_or_path = ""  # else the folder of this very machine would be written down
    model.half().save_pretrained(part)
    processor.save_pretrained(part)
    write(part)
    os.rename(part, folder)


def read_json(path: Path) -> list:
    return json.loads(path.read_text(encoding="utf8"))


def vocabulary_size(tokenizer) -> int:
    """As many rows of embeddings as tokens, up to the next multiple of eight: products of such shapes are faster."""
    return -(-len(tokenizer) // 8) * 8


def picture_of(family: str) -> str:
    """What stands for a picture in a family's prompts."""
    return PICTURE_IN_SLOTS if family == "llama" else PICTURE_IN_LINE


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tiny_models", description="Brings up one family of tiny models.")
    parser.add_argument("--family", choices=sorted(FAMILIES), required=True)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--miniature", action="store_true", help="a few steps of everything, for tests")
    given = parser.parse_args()
    torch.set_num_threads(1)
    given.out.mkdir(parents=True, exist_ok=True)
    for name in FAMILIES[given.family]:
        if (given.out / name).exists():
            continue
        if name == given.family:
            bring_up_language(name, given.corpus, given.out, given.miniature)
        else:
            bring_up_eyes(name, given.family, given.corpus, given.out, given.miniature)
        report("done", task=name)


main()
