"""The predict task: requests in, replies out, as lines of OpenAI's batch files."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from adapters import with_adapter
from batch_lines import append_lines, conversation, read_lines, reply_line
from batches import Encoded, Fitting, batches
from decoding import UNCHANGED, decoding, settings_of
from likelihood import FirstLogits, likelihoods, read_options
from loading import Base
from merged import can_merge, merged
from report import report
from transformers import GenerationConfig


def predict(base: Base, task: dict) -> None:
    """Answers the requests of `task["requests"]` whose replies are not in `task["records"]` yet.

    Batches are formed from all requests, including those already answered: an interrupted run continues with the
    same batches, and so ends with the same replies.
    """
    requests = read_lines(task["requests"])
    options = read_options(task["options"], requests) if task["likelihood"] else {}
    answered = {reply["custom_id"] for reply in read_lines(task["records"])}
    done, tokens = len(answered), 0
    settings = {"date": base.date, "generation": settings_of(base.generation, requests)}
    if task["adapter"]:
        settings["adapter"] = "merged" if can_merge(base) else "live"
    report("settings", task=task["name"], **settings)
    report("progress", task=task["name"], done=done, total=len(requests), tokens=tokens)
    with model_for(base, task) as model:

        def answer_batch(batch: list[dict], encoded: Encoded) -> list[dict]:
            return answer(model, base, batch, encoded, task["likelihood"], options)

        fitting = Fitting(task, lambda batch: encode(base, batch), answer_batch)
        for batch in batches(requests, task["batch"]):
            for replies in fitting.replies(batch, answered):
                missing = [reply for reply in replies if reply["custom_id"] not in answered]
                append_lines(task["records"], missing)
                done += len(missing)
                tokens += sum(reply["response"]["body"]["usage"]["completion_tokens"] for reply in replies)
                report("progress", task=task["name"], done=done, total=len(requests), tokens=tokens)


@contextmanager
def model_for(base: Base, task: dict) -> Iterator[torch.nn.Module]:
    """The base model with the task's adapter, if it has one."""
    with with_adapter(base, task["adapter"]) as model:
        if task["adapter"] and can_merge(base):
            with merged(model):
                yield model
        else:
            yield model


def encode(base: Base, batch: list[dict]) -> Encoded:
    """The inputs of the model for a batch, padded on the left."""
    return base.processor.apply_chat_template(
        [conversation(request, base.multimodal) for request in batch],
        tokenize=True,
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
        **({"processor_kwargs": {"padding": True}} if base.multimodal else {"padding": True}),
    )


@torch.inference_mode()
def answer(
    model: torch.nn.Module,
    base: Base,
    batch: list[dict],
    encoded: Encoded,
    likelihood: str | None = None,
    options: dict[str, dict] | None = None,
) -> list[dict]:
    """Replies to one batch. Sampling uses the seed of its first request.

    @param likelihood: what log-probabilities the replies have: "letter", "text" or None, see likelihood.py
    @param options: the options of each request, by its id
    """
    inputs = encoded.to(base.model.device)
    torch.manual_seed(batch[0]["body"].get("seed", 0))
    config = GenerationConfig(**base.generation, **UNCHANGED, **decoding(batch[0]))
    first = FirstLogits()
    out = model.generate(**inputs, generation_config=config, logits_processor=[first] if likelihood else [])
    prompt = inputs["input_ids"].size(1)
    lengths = inputs["attention_mask"].sum(1).tolist()
    replies = [reply(base, *one) for one in zip(batch, out[:, prompt:].tolist(), lengths)]
    if likelihood:
        asked = [options[request["custom_id"]] for request in batch]
        for line, found in zip(replies, likelihoods(model, base, inputs, first.logits, asked, likelihood)):
            line["likelihood"] = found
    return replies


def reply(base: Base, request: dict, new: list[int], prompt_tokens: int) -> dict:
    """One reply, cut at the model's first end token."""
    ends = base.generation["eos_token_id"]
    ends = set(ends) if isinstance(ends, list) else {ends}
    end = next((i for i, token in enumerate(new) if token in ends), None)
    kept = new if end is None else new[:end]
    text = base.tokenizer.decode(kept, skip_special_tokens=True)
    finish = "length" if end is None else "stop"
    return reply_line(request, text, finish, prompt_tokens, len(kept) + (end is not None))
