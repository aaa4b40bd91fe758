"""The predict task: requests in, replies out, as lines of OpenAI's batch files."""

import json

import torch
from adapters import with_adapter
from batch_lines import append_lines, conversation, has_picture, read_lines, reply_line
from loading import Base
from report import report
from transformers import GenerationConfig

# Set explicitly although they are the defaults, because configurations of models often change them.
UNCHANGED = {"num_beams": 1, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0}
KNOWN_FIELDS = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed"}


def predict(base: Base, task: dict) -> None:
    """Answers the requests of `task["requests"]` whose replies are not in `task["records"]` yet.

    Batches are formed from all requests, including those already answered: an interrupted run continues with the
    same batches, and so ends with the same replies.
    """
    requests = read_lines(task["requests"])
    answered = {reply["custom_id"] for reply in read_lines(task["records"])}
    done = len(answered)
    report("settings", task=task["name"], date=base.date, generation=settings_of(base, requests))
    report("progress", task=task["name"], done=done, total=len(requests))
    with with_adapter(base, task["adapter"]) as model:
        for batch in batches(requests, task["batch"]):
            if all(request["custom_id"] in answered for request in batch):
                continue
            replies = answer(model, base, batch)
            missing = [reply for reply in replies if reply["custom_id"] not in answered]
            append_lines(task["records"], missing)
            done += len(missing)
            report("progress", task=task["name"], done=done, total=len(requests))


def batches(requests: list[dict], size: int) -> list[list[dict]]:
    """Batches of requests of similar length that share their decoding. The same requests give the same batches."""

    def kind(request: dict) -> tuple:
        settings = decoding(request)
        temperature, top_p = settings.get("temperature", 0), settings.get("top_p", 1.0)
        return has_picture(request), temperature, settings["max_new_tokens"], top_p

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


def decoding(request: dict) -> dict:
    """The generation settings that a request asks for: greedy at temperature 0, else sampling."""
    body = request["body"]
    unknown = sorted(body.keys() - KNOWN_FIELDS)
    if unknown:
        raise ValueError(f"request '{request['custom_id']}': a job does not support {', '.join(unknown)}")
    max_tokens = body.get("max_completion_tokens", body.get("max_tokens", 64))
    settings = {"max_new_tokens": max_tokens, "do_sample": False}
    temperature = body.get("temperature") or 0
    if temperature == 0:
        return settings
    return {**settings, "do_sample": True, "temperature": temperature, "top_p": body.get("top_p", 1.0), "top_k": 0}


def settings_of(base: Base, requests: list[dict]) -> dict:
    """What `generate` is called with: what all requests share, and each decoding that they ask for."""
    decodings = sorted({json.dumps(decoding(request), sort_keys=True) for request in requests})
    return {**base.generation, **UNCHANGED, "decodings": [json.loads(one) for one in decodings]}


@torch.inference_mode()
def answer(model: torch.nn.Module, base: Base, batch: list[dict]) -> list[dict]:
    """Replies to one batch. Sampling uses the seed of its first request."""
    inputs = base.processor.apply_chat_template(
        [conversation(request, base.multimodal) for request in batch],
        tokenize=True,
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
        **({"processor_kwargs": {"padding": True}} if base.multimodal else {"padding": True}),
    ).to(base.model.device)
    torch.manual_seed(batch[0]["body"].get("seed", 0))
    config = GenerationConfig(**base.generation, **UNCHANGED, **decoding(batch[0]))
    out = model.generate(**inputs, generation_config=config)
    prompt = inputs["input_ids"].size(1)
    lengths = inputs["attention_mask"].sum(1).tolist()
    return [reply(base, *one) for one in zip(batch, out[:, prompt:].tolist(), lengths)]


def reply(base: Base, request: dict, new: list[int], prompt_tokens: int) -> dict:
    """One reply, cut at the model's first end token."""
    ends = base.generation["eos_token_id"]
    ends = set(ends) if isinstance(ends, list) else {ends}
    end = next((i for i, token in enumerate(new) if token in ends), None)
    kept = new if end is None else new[:end]
    text = base.tokenizer.decode(kept, skip_special_tokens=True)
    finish = "length" if end is None else "stop"
    return reply_line(request, text, finish, prompt_tokens, len(kept) + (end is not None))
