"""Measures how fast pictures are asked about: by the predict task, and by a plain loop over the same questions.

    python remote/bench/prediction.py MODEL [--items N] [--batch N]

MODEL is a tiny model of the kit. Prints one JSON object per way:

  kit    the predict task with an adapter, from the requests' file to the replies' file
  plain  the model's processor and `generate`, with the live adapter, in batches of the same size in file order
"""

import argparse
import base64
import io
import json
import random
import tempfile
import time
from pathlib import Path

from models import model_of  # first: it finds remote/

import torch  # noqa: E402
from adapters import with_adapter  # noqa: E402
from batch_lines import conversation  # noqa: E402
from job_file import TASK_DEFAULTS  # noqa: E402
from loading import Base  # noqa: E402
from lora import new_lora, save_adapter  # noqa: E402
from PIL import Image  # noqa: E402
from predict import predict  # noqa: E402
from training import SETTINGS, hardware  # noqa: E402

NEW_TOKENS = 8
SIDE = 96  # pixels


def made_up(count: int) -> list[dict]:
    """Questions about pictures of noise."""
    draw = random.Random(7)
    lines = []
    for i in range(count):
        file = io.BytesIO()
        Image.frombytes("RGB", (SIDE, SIDE), draw.randbytes(3 * SIDE * SIDE)).save(file, "PNG")
        url = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
        text = "What should you do first?\n" + "A. Call for help at once.\n" * draw.randint(2, 5)
        content = [{"type": "image_url", "image_url": {"url": url}}, {"type": "text", "text": text}]
        body = {"model": "m", "messages": [{"role": "user", "content": content}], "max_tokens": NEW_TOKENS}
        lines.append({"custom_id": str(i), "method": "POST", "url": "/v1/chat/completions", "body": body})
    return lines


def random_adapter(base: Base, folder: str) -> str:
    """An adapter that changes something."""
    with new_lora(base, SETTINGS) as model:
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                torch.nn.init.normal_(parameter, std=0.02)
        save_adapter(model, base, f"{folder}/adapter")
    return f"{folder}/adapter"


def ask_with_the_kit(base: Base, requests: list[dict], adapter: str, size: int, folder: str) -> None:
    file = Path(folder, "requests.jsonl")
    file.write_text("".join(json.dumps(line) + "\n" for line in requests))
    task = {"name": "bench", "requests": str(file), "records": f"{folder}/replies.jsonl", "adapter": adapter}
    predict(base, {**TASK_DEFAULTS["predict"], **task, "batch": size})


@torch.inference_mode()
def ask_plainly(base: Base, requests: list[dict], adapter: str, size: int, _: str) -> None:
    with with_adapter(base, adapter) as model:
        for start in range(0, len(requests), size):
            inputs = base.processor.apply_chat_template(
                [conversation(request, base.multimodal) for request in requests[start : start + size]],
                tokenize=True,
                add_generation_prompt=True,
                return_dict=True,
                return_tensors="pt",
                processor_kwargs={"padding": True},
            ).to(base.model.device)
            out = model.generate(**inputs, max_new_tokens=NEW_TOKENS, do_sample=False)
            base.tokenizer.batch_decode(out[:, inputs["input_ids"].size(1) :], skip_special_tokens=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--items", type=int, default=640)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--threads", type=int, default=1)
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    base = model_of(given.model)
    requests = made_up(given.items)
    with tempfile.TemporaryDirectory() as folder:
        adapter = random_adapter(base, folder)
        for way, ask in (("kit", ask_with_the_kit), ("plain", ask_plainly)):
            ask(base, requests[: given.batch], adapter, given.batch, tempfile.mkdtemp(dir=folder))  # warms up
            started = time.perf_counter()
            ask(base, requests, adapter, given.batch, tempfile.mkdtemp(dir=folder))
            seconds = time.perf_counter() - started
            figures = {"seconds": round(seconds, 3), "itemsPerSecond": round(given.items / seconds, 1)}
            print(json.dumps({"model": given.model, "way": way, "hardware": hardware()[0], **figures}), flush=True)


if __name__ == "__main__":
    main()
