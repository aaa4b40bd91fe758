"""Accuracy on validation items: the figures by which recipes are chosen, and which the model cards show."""

from pathlib import Path

import torch
from PIL import Image

from .data import read_lines
from .tokenizer import ASSISTANT, END, USER


def read_validation(folder: Path) -> list[dict]:
    """Validation items with their pictures loaded."""
    return [
        {**line, "picture": Image.open(folder / line["image"]).convert("RGB")}
        for line in read_lines(folder / "validation.jsonl")
    ]


@torch.no_grad()
def accuracy_on_text(model, tokenizer, lines: list[dict], captions: list[str] | None = None) -> float:
    """Share of correct letters of a language model on true captions, or on `captions` instead."""
    prompts = [line["textPrompt"] for line in lines]
    if captions:
        prompts = [line["textPrompt"].replace(line["caption"], c) for line, c in zip(lines, captions)]
    texts = [f"{USER}{prompt}{END}{ASSISTANT}" for prompt in prompts]
    correct = 0
    for k in range(0, len(texts), 100):
        inputs = tokenizer(texts[k : k + 100], return_tensors="pt", padding=True, add_special_tokens=False)
        correct += count_correct(model(**inputs).logits[:, -1], tokenizer, lines[k : k + 100])
    return correct / len(lines)


@torch.no_grad()
def accuracy_on_pictures(model, processor, tokens: str, lines: list[dict]) -> float:
    """Share of correct letters of a vision-language model on the pictures."""
    correct = 0
    for k in range(0, len(lines), 100):
        chunk = lines[k : k + 100]
        inputs = picture_inputs(processor, tokens, chunk, [line["picturePrompt"] for line in chunk])
        correct += count_correct(model(**inputs).logits[:, -1], processor.tokenizer, chunk)
    return correct / len(lines)


@torch.no_grad()
def greedy_captions(model, processor, tokens: str, prompt: str, lines: list[dict]) -> list[str]:
    """Greedy captions of the pictures."""
    captions: list[str] = []
    for k in range(0, len(lines), 100):
        chunk = lines[k : k + 100]
        inputs = picture_inputs(processor, tokens, chunk, [prompt] * len(chunk))
        out = model.generate(**inputs, max_new_tokens=24, do_sample=False)
        captions += processor.batch_decode(out[:, inputs["input_ids"].size(1) :], skip_special_tokens=True)
    return captions


def picture_inputs(processor, tokens: str, lines: list[dict], prompts: list[str]):
    """Left-padded inputs of pictures with prompts, which end where the answer begins."""
    return processor(
        images=[[line["picture"]] for line in lines],
        text=[f"{USER}{tokens}{prompt}{END}{ASSISTANT}" for prompt in prompts],
        return_tensors="pt",
        padding=True,
        padding_side="left",
        add_special_tokens=False,
    )


def count_correct(logits: torch.Tensor, tokenizer, lines: list[dict]) -> int:
    """How often the most likely next token is the correct letter."""
    gold = torch.tensor([tokenizer.convert_tokens_to_ids(line["completion"]) for line in lines])
    return int((logits.argmax(-1) == gold).sum())
