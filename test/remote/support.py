"""What the tests of remote/ share: the tiny models, and requests to them."""

import json
import os
import random
import shutil
from collections.abc import Iterable
from pathlib import Path

from PIL import Image, ImageDraw

ROOT = Path(__file__).parents[2]
MODELS = ROOT / "data/pocket/models"
PROMPT = (
    "A grandmother has lost the way on the farm. A map is at hand.\n"
    "A. Use the map to help the grandmother.\nB. Take no action.\nC. Call for help at once.\n"
)
SETTINGS = {
    "rank": 4,
    "alpha": 24,
    "dropout": 0.125,
    "learningRate": 0.003,
    "epochs": 3,
    "batch": 2,
    "scheduler": "cosine",
    "seed": 11,
    "loss": "answer",
}


def request(name: str, prompt: str = PROMPT, **body) -> dict:
    """A request of one text message; greedy unless `body` says otherwise."""
    body = {"model": "m", "messages": [{"role": "user", "content": prompt}], "max_tokens": 24, "temperature": 0, **body}
    return {"custom_id": name, "method": "POST", "url": "/v1/chat/completions", "body": body}


def picture_request(name: str, folder: Path, size: int = 112, prompt: str = PROMPT, **body) -> dict:
    """A request that shows a drawn picture, another one for each name, which is kept in `folder`."""
    drawn = random.Random(name)
    picture = Image.new("RGB", (size, size), tuple(drawn.randrange(256) for _ in range(3)))
    for _ in range(4):
        corner = drawn.randrange(size - 16), drawn.randrange(size - 16)
        shape = (*corner, corner[0] + drawn.randrange(8, size), corner[1] + drawn.randrange(8, size))
        ImageDraw.Draw(picture).ellipse(shape, tuple(drawn.randrange(256) for _ in range(3)))
    picture.save(folder / f"{name}.png")
    parts = [{"type": "image_url", "image_url": {"url": str(folder / f"{name}.png")}}, {"type": "text", "text": prompt}]
    return request(name, messages=[{"role": "user", "content": parts}], **body)


def write_lines(file: Path, lines: list[dict]) -> str:
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf8")
    return str(file)


def samples_of_lengths(numbers: Iterable[int]) -> list[dict]:
    """Samples with different prompts and answers."""
    return [
        {
            "prompt": [{"role": "user", "content": "Look. " * (i % 7) + PROMPT}],
            "completion": [{"role": "assistant", "content": "ABC"[i % 3]}],
        }
        for i in numbers
    ]


def copy_model(name: str, folder: Path, generation: dict | None = None, template: str | None = None) -> str:
    """A copy of a tiny model with other generation settings, or another chat template."""
    shutil.copytree(MODELS / name, folder)
    if generation:
        file = folder / "generation_config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), **generation}))
    if template:
        (folder / "chat_template.jinja").write_text(template)
    return str(folder)


def fill_cache(name: str, revisions: dict[str, tuple[str, str]]) -> None:
    """Tiny models as the Hub's client stores them: by revision of `name`, the commit and the tiny model there."""
    cache = Path(os.environ["HF_HUB_CACHE"]) / f"models--{name.replace('/', '--')}"
    (cache / "refs").mkdir(parents=True)
    (cache / "snapshots").mkdir()
    for revision, (commit, model) in revisions.items():
        (cache / "refs" / revision).write_text(commit)
        (cache / "snapshots" / commit).symlink_to(MODELS / model)
