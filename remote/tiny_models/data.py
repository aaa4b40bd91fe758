"""Training text as tensors: token ids, the weight of each token in the loss, and the positions of notes."""

import json
from dataclasses import dataclass
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from .tokenizer import ASSISTANT, END, IMAGE, SLOTS, USER, VISION_END, VISION_START

# The answer is one token of forty. Its weight makes the model learn to decide, not only to phrase.
LETTER_WEIGHT, WRITTEN_WEIGHT = 4.0, 2.0
NOTES = 16  # as many as the cells of a picture


@dataclass
class EncodedLine:
    """One sequence: token ids, the loss weight of predicting each token, and notes to add to slot embeddings."""

    ids: list[int]
    weights: list[float]
    notes: list[int]  # per position: the token whose embedding is added, or -1


def read_lines(path: Path) -> list[dict]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf8") as file:
        return [json.loads(line) for line in file]


class Encoder:
    """Encodes lines for one family: notes are tokens of the prompt (Qwen2), or are added to Mllama's slots (Llama)."""

    def __init__(self, tokenizer: PreTrainedTokenizerFast, slots: bool, seed: int) -> None:
        self.tokenizer = tokenizer
        self.slots = slots
        self.random = torch.Generator().manual_seed(seed)
        self.id = tokenizer.convert_tokens_to_ids

    def texts(self, texts: list[str]) -> list[list[int]]:
        return self.tokenizer(texts, add_special_tokens=False)["input_ids"]

    def encode_all(self, lines: list[dict]) -> list[EncodedLine]:
        """Encodes lines of text.jsonl. Tokenizing them together is ten times as fast as one by one."""
        prompts = self.texts([line["prompt"] for line in lines])
        completions = self.texts([line["completion"] for line in lines])
        return [self.encode(*parts) for parts in zip(lines, prompts, completions)]

    def encode(self, line: dict, prompt: list[int], completion: list[int]) -> EncodedLine:
        """Encodes one line of text.jsonl. The generation prompt's examples have no weight in the loss."""
        task = line["task"]
        picture, notes = self.encode_notes(line["notes"]) if line["notes"] is not None else ([], [])
        ids = [self.id(USER), *picture, *prompt, self.id(END), self.id(ASSISTANT), *completion, self.id(END)]
        answer = LETTER_WEIGHT if task.endswith("decide") else WRITTEN_WEIGHT if task in ("write", "list") else 1.0
        prompt_weight = 0.0 if task == "list" else 1.0
        weights = [0.0] * (1 + len(picture)) + [prompt_weight] * (len(prompt) + 1) + [0.0]
        weights += [answer] * len(completion) + [1.0]
        return EncodedLine(ids, weights, [-1, *notes] + [-1] * (len(ids) - 1 - len(notes)))

    def encode_notes(self, notes: list[str]) -> tuple[list[int], list[int]]:
        """The tokens in place of a picture, and the token whose embedding is added to each (-1 for none)."""
        places = len(SLOTS) if self.slots else NOTES
        words = [self.id(n) for n in notes] + [self.id("nothing")] * (places - len(notes))
        order = torch.randperm(places, generator=self.random).tolist()
        words = [words[i] for i in order]
        if self.slots:
            return [self.id(IMAGE), *map(self.id, SLOTS)], [-1, *words]
        return [self.id(VISION_START), *words, self.id(VISION_END)], [-1] * (places + 2)


def collate(batch: list[EncodedLine], pad: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """ids, weights, notes of shape (batch, longest); padded on the right, which causal attention ignores."""
    longest = max(len(e.ids) for e in batch)

    def fill(rows, value, kind):
        return torch.tensor([r + [value] * (longest - len(r)) for r in rows], dtype=kind)

    return (
        fill([e.ids for e in batch], pad, torch.long),
        fill([e.weights for e in batch], 0.0, torch.float32),
        fill([e.notes for e in batch], -1, torch.long),
    )


def batches(encoded: list[EncodedLine], size: int, generator: torch.Generator) -> list[list[EncodedLine]]:
    """Shuffled batches of `size` sequences of similar length: pools of 32 batches are sorted by length."""
    order = torch.randperm(len(encoded), generator=generator).tolist()
    out: list[list[EncodedLine]] = []
    for start in range(0, len(order), 32 * size):
        pool = sorted(order[start : start + 32 * size], key=lambda i: len(encoded[i].ids))
        out += [[encoded[i] for i in pool[k : k + size]] for k in range(0, len(pool), size)]
    full = [b for b in out if len(b) == size]
    return [full[i] for i in torch.randperm(len(full), generator=generator).tolist()]
