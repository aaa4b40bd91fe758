"""Which requests share a batch. The same requests and settings give the same batches, in every run.

On a machine with too little memory, batches that do not fit are halved. One with as many rows that are as long cannot
fit either and is not tried: so an interrupted run, which does not know what did not fit, ends with the same halves.
"""

from collections.abc import Callable, Iterator

import torch
from batch_lines import has_picture
from decoding import decoding
from report import report

Encoded = dict[str, torch.Tensor]  # what a processor makes of a batch


def batches(requests: list[dict], size: int) -> list[list[dict]]:
    """Batches of at most `size` requests, of similar length, that share their decoding."""

    def length(request: dict) -> int:
        return sum(len(str(m["content"])) for m in request["body"]["messages"])

    order = sorted(requests, key=lambda r: (kind(r), length(r), r["custom_id"]))
    out: list[list[dict]] = []
    for request in order:
        if out and len(out[-1]) < size and kind(out[-1][0]) == kind(request):
            out[-1].append(request)
        else:
            out.append([request])
    return out


def kind(request: dict) -> tuple:
    """Requests of different kinds never share a batch."""
    settings = decoding(request)
    temperature, top_p = settings.get("temperature", 0), settings.get("top_p", 1.0)
    return has_picture(request), temperature, settings["max_new_tokens"], top_p


class Fitting:
    """Divides batches by a budget of tokens, and further by what runs out of memory."""

    def __init__(
        self,
        task: dict,
        encode: Callable[[list[dict]], Encoded],
        answer: Callable[[list[dict], Encoded], list[dict]],
    ):
        """@param task: `tokens` is the budget, padding and new tokens included; None for no budget"""
        self.task, self.encode, self.answer = task, encode, answer
        self.failed: set[tuple[tuple, int, int]] = set()  # kind, rows and width of batches that did not fit
        self.warned: set[int] = set()

    def replies(self, batch: list[dict], answered: set[str]) -> Iterator[list[dict]]:
        """Replies to a batch, part by part. Parts whose requests are all answered are passed over.

        @raises RuntimeError if a request does not fit the memory even alone
        """
        if any(request["custom_id"] not in answered for request in batch):
            for part in self.by_probe(batch):
                yield from self.part_replies(part, answered)

    def by_probe(self, batch: list[dict]) -> list[list[dict]]:
        """Equal parts within the budget if all requests are as long as the last, which is the longest by its text.

        One request is encoded to know that, not all of them: encoding pictures takes long.
        """
        budget = self.task["tokens"]
        if budget is None or len(batch) == 1:
            return [batch]
        most = max(1, budget // padded_tokens(batch[-1:], self.encode(batch[-1:])))
        return divided(batch, -(-len(batch) // most))

    def part_replies(self, batch: list[dict], answered: set[str]) -> Iterator[list[dict]]:
        if all(request["custom_id"] in answered for request in batch):
            return
        encoded = self.encode(batch)
        replies = None
        if len(batch) == 1 or not self.is_too_large(batch, encoded):
            replies = self.attempt(batch, encoded)
        if replies is not None:
            yield replies
            return
        del encoded
        for half in divided(batch, 2):
            yield from self.part_replies(half, answered)

    def is_too_large(self, batch: list[dict], encoded: Encoded) -> bool:
        """Whether a batch is above the budget, or at least as large as one that did not fit."""
        rows, width = encoded["input_ids"].shape
        budget = self.task["tokens"]
        return (budget is not None and padded_tokens(batch, encoded) > budget) or any(
            kind(batch[0]) == other and rows >= most and width >= longest for other, most, longest in self.failed
        )

    def attempt(self, batch: list[dict], encoded: Encoded) -> list[dict] | None:
        """The replies, or None if the batch does not fit the memory and can be halved."""
        rows, width = encoded["input_ids"].shape
        tokens = padded_tokens(batch, encoded)
        try:
            return self.answer(batch, encoded)
        except torch.OutOfMemoryError as error:
            if rows == 1:
                raise RuntimeError(too_large(batch[0], tokens)) from error
        # Not within `except`, where the error would hold what the batch has taken.
        if torch.cuda.is_available():
            torch.cuda.empty_cache()
        self.failed.add((kind(batch[0]), rows, width))
        if rows not in self.warned:
            self.warned.add(rows)
            message = f"out of memory with {rows} requests of {tokens} tokens together{memory()}: halving such batches"
            report("warning", task=self.task["name"], message=message)
        return None


def padded_tokens(batch: list[dict], encoded: Encoded) -> int:
    """Tokens of a batch at its end: each row has the longest prompt's length, and all its new tokens."""
    rows, width = encoded["input_ids"].shape
    return rows * (width + decoding(batch[0])["max_new_tokens"])


def divided(batch: list[dict], parts: int) -> list[list[dict]]:
    """Parts of nearly equal size, in order; the first ones are the larger."""
    size, more = divmod(len(batch), parts)
    ends = [size * i + min(i, more) for i in range(parts + 1)]
    return [batch[start:end] for start, end in zip(ends, ends[1:])]


def too_large(request: dict, tokens: int) -> str:
    return (
        f"out of memory with request '{request['custom_id']}' alone, which takes {tokens} tokens, new ones included"
        f"{memory()}. End other processes on the card, take a card with more memory, ask for fewer new tokens, "
        "or show a smaller picture"
    )


def memory() -> str:
    """How much of the GPU's memory is free, for messages: another process may have filled it."""
    if not torch.cuda.is_available():
        return ""
    free, total = torch.cuda.mem_get_info()
    return f" ({free / 1e9:.1f} of the card's {total / 1e9:.1f} GB are free)"
