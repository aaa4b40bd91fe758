"""Training samples as token ids.

A prompt is rendered as prediction renders it beside a picture, and the picture's own tokens are left out. Templates
write other text around a prompt without a picture (Llama-3.2-Vision adds a system message with a date), and other
text around an answer than before it (LLaVA-OneVision): such a template would train on a context that is never asked.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from batch_lines import content
from loading import Base
from PIL import Image

IGNORED = -100  # the label of a token that the loss leaves out, as in transformers
ANSWER = "ANSWER"  # stands for an answer where a template is examined
GREY = Image.new("RGB", (224, 224), "grey")  # stands for a picture where prompts are compared


class BadSample(ValueError):
    """A line of a training file cannot be trained on."""


@dataclass(frozen=True)
class Sample:
    """A tokenized sample."""

    name: str  # file and line
    ids: list[int]
    labels: list[int]  # as long as `ids`; IGNORED where the loss does not count


def read_samples(base: Base, path: str, loss: str) -> list[Sample]:
    """The samples of a file of TRL's conversational prompt-completion lines.

    @param loss: "answer", on the answer and the end token that follows it; "conversation", on all tokens
    @raises BadSample, which names the file, the line and what is wrong
    """
    rows = read_rows(path)
    end = end_token(base, rows[0][1])
    samples = [tokenized(base, name, row, end, loss) for name, row in rows]
    check_prompt(base, rows[0][1]["prompt"])
    return samples


def read_rows(path: str) -> list[tuple[str, dict]]:
    """The rows of a training file, each with its file and line. A training file is never changed."""
    rows = []
    for number, line in enumerate(Path(path).read_bytes().splitlines(), 1):
        name = f"{path}, line {number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise BadSample(f"{name}: not JSON ({error}). Is the file complete?") from error
        check_row(name, row)
        rows.append((name, row))
    if not rows:
        raise BadSample(f"{path}: no samples")
    return rows


def check_row(name: str, row: object) -> None:
    for key in ("prompt", "completion"):
        messages = row.get(key) if isinstance(row, dict) else None
        if not isinstance(messages, list) or not messages or not all(is_message(one) for one in messages):
            raise BadSample(f"{name}: '{key}' is {messages!r}, expected a list of messages with role and content")
    if len(row["completion"]) > 1:
        raise BadSample(f"{name}: 'completion' has {len(row['completion'])} messages, expected one")
    if not answer_of(row).strip():
        raise BadSample(f"{name}: the completion is empty")


def is_message(one: object) -> bool:
    return isinstance(one, dict) and isinstance(one.get("role"), str) and isinstance(one.get("content"), (str, list))


def answer_of(row: dict) -> str:
    return content(row["completion"][0]["content"], parts=False)


def tokenized(base: Base, name: str, row: dict, end: int, loss: str) -> Sample:
    prompt = prompt_ids(base, row["prompt"])
    answer = [*base.tokenizer(answer_of(row), add_special_tokens=False).input_ids, end]
    limit = getattr(base.model.config.get_text_config(), "max_position_embeddings", None)
    if limit and len(prompt) + len(answer) > limit:
        raise BadSample(f"{name}: {len(prompt) + len(answer)} tokens, but the model takes {limit}. Leave the sample out")
    ignored = prompt if loss == "conversation" else [IGNORED] * len(prompt)
    return Sample(name, prompt + answer, ignored + answer)


def prompt_ids(base: Base, messages: list[dict]) -> list[int]:
    """The ids of a prompt up to where the answer begins, as prediction makes them, less those of the picture.

    What comes before and after the picture is tokenized separately, since the picture's tokens divide it there, too.
    """
    if not base.multimodal:
        return ids_of(base, render(base, messages))
    before, after = around_picture(render(base, messages, pictures=1), render(base, messages, pictures=2))
    return ids_of(base, before) + base.tokenizer(after, add_special_tokens=False).input_ids


def around_picture(once: str, twice: str) -> tuple[str, str]:
    """What a prompt with one picture has before and after it. A second picture shows how a picture is written."""
    length = len(twice) - len(once)
    end = next((i for i, pair in enumerate(zip(once, twice)) if pair[0] != pair[1]), len(once))
    if length <= 0 or end < length or once[end:] != twice[end + length :]:
        raise RuntimeError("the chat template does not write a picture where its message has it")
    return once[: end - length], once[end:]


def render(base: Base, messages: list[dict], pictures: int = 0, prompt_only: bool = True) -> str:
    """Messages as the chat template writes them, with pictures at the front of the first user's message."""
    turns = [{"role": m["role"], "content": content(m["content"], base.multimodal)} for m in messages]
    for turn in [t for t in turns if t["role"] == "user"][:1] if pictures else []:
        turn["content"] = [{"type": "image"}] * pictures + turn["content"]
    return base.processor.apply_chat_template(turns, tokenize=False, add_generation_prompt=prompt_only)


def ids_of(base: Base, text: str) -> list[int]:
    """The ids of a rendered prompt; special tokens are added as processors do, unless the template has them."""
    bos = base.tokenizer.bos_token
    add = base.multimodal and not (bos and text.startswith(bos))
    return base.tokenizer(text, add_special_tokens=add).input_ids


def end_token(base: Base, row: dict) -> int:
    """The token with which the model ends an answer: the one that the template writes there, if prediction stops at it."""
    ends = base.generation["eos_token_id"]
    ends = ends if isinstance(ends, list) else [ends]
    answered = [*row["prompt"], {"role": "assistant", "content": ANSWER}]
    tail = render(base, answered, int(base.multimodal), prompt_only=False).rpartition(ANSWER)[2]
    written = base.tokenizer(tail, add_special_tokens=False).input_ids
    return next((token for token in written if token in ends), ends[0])


def check_prompt(base: Base, messages: list[dict]) -> None:
    """Raises unless the ids of a training prompt are those that prediction asks, less those of one picture."""
    trained = prompt_ids(base, messages)
    turns = [{"role": m["role"], "content": content(m["content"], base.multimodal)} for m in messages]
    if base.multimodal:
        turns[first_user(turns)]["content"].insert(0, {"type": "image", "image": GREY})
    asked = base.processor.apply_chat_template(
        [turns], tokenize=True, add_generation_prompt=True, return_dict=True, return_tensors="pt"
    )["input_ids"][0].tolist()
    same = common(trained, asked), common(trained[::-1], asked[::-1])
    if sum(same) < len(trained) or (len(asked) > len(trained)) != base.multimodal:
        at = base.tokenizer.decode(trained[same[0] : same[0] + 8])
        raise RuntimeError(
            f"training would begin its answers in another context than prediction: after {same[0]} equal tokens, "
            f"training has {at!r}, which the prompt with a picture has not. Training on this chat template is refused"
        )


def first_user(turns: list[dict]) -> int:
    return next((i for i, turn in enumerate(turns) if turn["role"] == "user"), 0)


def common(one: list[int], other: list[int]) -> int:
    """How many ids two lists have in common from their beginning on."""
    return next((i for i, pair in enumerate(zip(one, other)) if pair[0] != pair[1]), min(len(one), len(other)))
