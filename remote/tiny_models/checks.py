"""What a model can do on validation items: the figures that recipes are chosen by, and that the cards tell."""

from pathlib import Path

import torch
from PIL import Image

from .data import read_lines
from .tokenizer import ASSISTANT, END, USER

LETTERS = "ABCDE"


def read_validation(folder: Path) -> list[dict]:
    """Validation lines with their pictures loaded."""
    return [
        {**line, "picture": Image.open(folder / line["image"]).convert("RGB")}
        for line in read_lines(folder / "validation.jsonl")
    ]


@torch.no_grad()
def decides(model, tokenizer, lines: list[dict], captions: list[str] | None = None) -> float:
    """Share of right letters when a language model reads true captions, or others in their place."""
    prompts = [line["textPrompt"] for line in lines]
    if captions:
        prompts = [line["textPrompt"].replace(line["caption"], c) for line, c in zip(lines, captions)]
    texts = [f"{USER}{prompt}{END}{ASSISTANT}" for prompt in prompts]
    right = 0
    for k in range(0, len(texts), 100):
        inputs = tokenizer(texts[k : k + 100], return_tensors="pt", padding=True, add_special_tokens=False)
        right += count_right(model(**inputs).logits[:, -1], tokenizer, lines[k : k + 100])
    return right / len(lines)


@torch.no_grad()
def decides_on_pictures(model, processor, picture: str, lines: list[dict]) -> float:
    """Share of right letters when a vision-language model sees the pictures."""
    right = 0
    for k in range(0, len(lines), 100):
        some = lines[k : k + 100]
        inputs = ask_pictures(processor, picture, some, [line["picturePrompt"] for line in some])
        right += count_right(model(**inputs).logits[:, -1], processor.tokenizer, some)
    return right / len(lines)


@torch.no_grad()
def captions_of(model, processor, picture: str, prompt: str, lines: list[dict]) -> list[str]:
    """Greedy captions of the pictures."""
    captions: list[str] = []
    for k in range(0, len(lines), 100):
        some = lines[k : k + 100]
        inputs = ask_pictures(processor, picture, some, [prompt] * len(some))
        out = model.generate(**inputs, max_new_tokens=24, do_sample=False)
        captions += processor.batch_decode(out[:, inputs["input_ids"].size(1) :], skip_special_tokens=True)
    return captions


def ask_pictures(processor, picture: str, lines: list[dict], prompts: list[str]):
    """Left-padded inputs that end where the answer begins."""
    return processor(
        images=[[line["picture"]] for line in lines],
        text=[f"{USER}{picture}{prompt}{END}{ASSISTANT}" for prompt in prompts],
        return_tensors="pt",
        padding=True,
        padding_side="left",
        add_special_tokens=False,
    )


def count_right(logits: torch.Tensor, tokenizer, lines: list[dict]) -> int:
    """How many most likely next tokens are the right letter."""
    gold = torch.tensor([tokenizer.convert_tokens_to_ids(line["completion"]) for line in lines])
    return int((logits.argmax(-1) == gold).sum())
