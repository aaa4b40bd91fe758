"""The predict task: requests in, replies out, as lines of OpenAI's batch files."""

import torch
from adapters import with_adapter
from batch_lines import append_lines, conversation, has_picture, read_lines, reply_line
from loading import Base
from report import report


def predict(base: Base, task: dict) -> None:
    """Answers the requests of `task["requests"]` that `task["records"]` does not hold yet.

    Batches are formed from all requests, whatever is answered already, so that a run that was cut off goes on
    with the same batches, and so with the same numbers.
    """
    requests = read_lines(task["requests"])
    answered = {reply["custom_id"] for reply in read_lines(task["records"])}
    done = len(answered)
    report("progress", task=task["name"], done=done, total=len(requests))
    with with_adapter(base.model, task.get("adapter")) as model:
        for batch in batches(requests, task.get("batch", 64)):
            if all(request["custom_id"] in answered for request in batch):
                continue
            replies = answer(model, base, batch)
            missing = [reply for reply in replies if reply["custom_id"] not in answered]
            append_lines(task["records"], missing)
            done += len(missing)
            report("progress", task=task["name"], done=done, total=len(requests))


def batches(requests: list[dict], size: int) -> list[list[dict]]:
    """Batches of requests that are decoded alike, of like length: least padding, and always the same."""

    def kind(request: dict) -> tuple:
        body = request["body"]
        return has_picture(request), body.get("temperature", 0), body.get("max_tokens", 64)

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


@torch.inference_mode()
def answer(model: torch.nn.Module, base: Base, batch: list[dict]) -> list[dict]:
    """Replies to one batch: greedy at temperature 0, else sampled by the seed of its first request."""
    inputs = base.processor.apply_chat_template(
        [conversation(request, base.sees) for request in batch],
        tokenize=True,
        add_generation_prompt=True,
        return_dict=True,
        return_tensors="pt",
        **({"processor_kwargs": {"padding": True}} if base.sees else {"padding": True}),
    ).to(base.model.device)
    body = batch[0]["body"]
    temperature = body.get("temperature", 0)
    how = {"do_sample": False}
    if temperature > 0:
        torch.manual_seed(body.get("seed", 0))
        how = {"do_sample": True, "temperature": temperature, "top_k": 0, "top_p": 1.0}
    pad = base.tokenizer.pad_token_id
    out = model.generate(**inputs, max_new_tokens=body.get("max_tokens", 64), pad_token_id=pad, **how)
    prompt = inputs["input_ids"].size(1)
    lengths = inputs["attention_mask"].sum(1).tolist()
    return [reply(base, *one) for one in zip(batch, out[:, prompt:].tolist(), lengths)]


def reply(base: Base, request: dict, new: list[int], prompt_tokens: int) -> dict:
    """One reply, cut where the model ended it."""
    ends = base.model.generation_config.eos_token_id
    ends = set(ends) if isinstance(ends, list) else {ends}
    end = next((i for i, token in enumerate(new) if token in ends), None)
    kept = new if end is None else new[:end]
    text = base.tokenizer.decode(kept, skip_special_tokens=True)
    finish = "length" if end is None else "stop"
    return reply_line(request, text, finish, prompt_tokens, len(kept) + (end is not None))
