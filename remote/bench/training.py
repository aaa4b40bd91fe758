"""Measures the speed of LoRA training beside the authors' recipe, in the same process and on the same samples.

    python remote/bench/training.py MODEL [--steps N] [--threads N] [--ways WAY …]

MODEL is a tiny model of the kit, or `qwen2-vl-7b`, `llama-3.2-11b-vision`, `llava-onevision-7b`: real configurations
with random weights in bfloat16. Prints one JSON object per way of training:

  kit      this kit's loop, with the division of batches that fits the card
  trl      TRL's SFTTrainer with its defaults, on the same batches, loss on the answer
  authors  TRL's SFTTrainer with the authors' recipe: 2 samples per pass, gradient checkpointing, loss on all tokens

The share of the peak counts 4 operations per parameter and token: LoRA needs no gradients of the frozen weights. What
is computed twice for gradient checkpointing, or for padding, counts once.
"""

import argparse
import importlib.util
import json
import platform
import random
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from models import ROOT, language_parameters, model_of  # first: it finds remote/

if not (importlib.util.find_spec("trl") and importlib.util.find_spec("datasets")):
    sys.exit("trl and datasets, which this compares with, are not installed: run `node lib/setup.mjs --tests`")

import torch  # noqa: E402
from cpu_lora import restore  # noqa: E402
from datasets import Dataset  # noqa: E402
from job_file import SETTINGS_DEFAULTS  # noqa: E402
from loading import Base  # noqa: E402
from lora import new_lora  # noqa: E402
from parallel import Group  # noqa: E402
from train import prepared  # noqa: E402
from training_tokens import IGNORED, Sample  # noqa: E402
from trl import SFTConfig, SFTTrainer  # noqa: E402

# The paper's settings (Appendix B.4), and the batch of the authors' scripts.
SETTINGS = {**SETTINGS_DEFAULTS, "rank": 32, "alpha": 16, "dropout": 0.05, "learningRate": 2e-5, "batch": 32}
SETTINGS |= {"scheduler": "linear", "epochs": 1, "seed": 7, "loss": "answer"}
WARM_UP = 2  # steps that are not measured


def made_up(count: int, shortest: int, longest: int, vocabulary: int) -> list[Sample]:
    """Samples of random tokens; the loss is on the last two, as for a letter and the end token."""
    draw = random.Random(7)
    samples = []
    for i in range(count):
        ids = [draw.randrange(10, vocabulary) for _ in range(draw.randint(shortest, longest))]
        samples.append(Sample(f"made-up sample {i}", ids, [IGNORED] * (len(ids) - 2) + ids[-2:]))
    return samples


def train_with_the_kit(base: Base, samples: list[Sample]) -> tuple[list[float], dict]:
    """Seconds of each step, and how batches were divided."""
    task = {"name": "bench", "settings": SETTINGS, "log": f"{tempfile.mkdtemp()}/log.jsonl"}
    with new_lora(base, SETTINGS) as model:
        loop, facts = prepared(base, model, task, samples, [], Group())
        seconds = []
        while loop.step < loop.plan.steps:
            seconds.append(timed(loop.optimise))
    return seconds, {key: facts[key] for key in ("microBatch", "gradientCheckpointing", "rows")}


def train_with_trl(base: Base, samples: list[Sample], authors: bool) -> tuple[list[float], dict]:
    """The same by TRL's trainer, with its defaults or by the authors' recipe."""
    size = 2 if authors else SETTINGS["batch"]
    data = [
        {"input_ids": one.ids, "completion_mask": [int(authors or label != IGNORED) for label in one.labels]}
        for one in samples
    ]
    config = SFTConfig(
        output_dir=tempfile.mkdtemp(),
        per_device_train_batch_size=size,
        gradient_accumulation_steps=SETTINGS["batch"] // size,
        num_train_epochs=1,
        learning_rate=SETTINGS["learningRate"],
        lr_scheduler_type="linear",
        completion_only_loss=not authors,
        gradient_checkpointing=authors,
        bf16=base.model.device.type == "cuda",
        use_cpu=base.model.device.type == "cpu",
        max_length=None,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    seconds = []
    with new_lora(base, SETTINGS) as model:
        restore(model)
        trainer = SFTTrainer(
            model=model, args=config, train_dataset=Dataset.from_list(data), processing_class=base.tokenizer
        )
        trainer.add_callback(step_clock(seconds))
        trainer.train()
    return seconds, {"microBatch": size, "gradientCheckpointing": authors, "rows": "padded"}


def step_clock(seconds: list[float]):
    """A callback that notes the seconds of each step."""
    from transformers import TrainerCallback

    class Clock(TrainerCallback):
        started = 0.0

        def on_step_begin(self, *_, **__):
            self.started = now()

        def on_step_end(self, *_, **__):
            seconds.append(now() - self.started)

    return Clock()


def now() -> float:
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return time.perf_counter()


def timed(work: Callable[[], object]) -> float:
    started = now()
    work()
    return now() - started


def hardware() -> tuple[str, float]:
    """The name of the GPU or of the CPU's thread, and its peak in operations per second (data/cards.json)."""
    cards = json.loads((ROOT / "data/cards.json").read_text())["cards"]
    if not torch.cuda.is_available():
        threads = torch.get_num_threads()
        return f"{processor()}, {threads} thread{'s' * (threads > 1)}", cards["cpu"]["tflops"] * 1e12 * torch.get_num_threads()
    name = torch.cuda.get_device_name()
    card = next((card for card in cards.values() if card["label"].split()[1] in name.split()), None)
    return name, card["tflops"] * 1e12 if card else float("nan")


def processor() -> str:
    """The name of the CPU, where Linux says it."""
    file = Path("/proc/cpuinfo")
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.split(": ", 1)[1] for line in lines if line.startswith("model name")), platform.machine())


def measure(base: Base, samples: list[Sample], way: str) -> dict:
    train = {
        "kit": train_with_the_kit,
        "trl": lambda *given: train_with_trl(*given, authors=False),
        "authors": lambda *given: train_with_trl(*given, authors=True),
    }[way]
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()
    try:
        seconds, how = train(base, samples)
    except torch.OutOfMemoryError as error:
        torch.cuda.empty_cache()
        return {"way": way, "error": f"out of memory: {error}"}
    per_step = sum(seconds[WARM_UP:]) / len(seconds[WARM_UP:])
    tokens = sum(len(sample.ids) for sample in samples) / len(seconds)
    name, peak = hardware()
    return {
        "way": way,
        "hardware": name,
        **how,
        "secondsPerStep": round(per_step, 4),
        "tokensPerSecond": round(tokens / per_step),
        "shareOfPeak": round(4 * language_parameters(base.model) * tokens / per_step / peak, 3),
        "peakBytes": torch.cuda.max_memory_allocated() if torch.cuda.is_available() else None,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--ways", nargs="+", default=["kit", "trl", "authors"])
    given = parser.parse_args()
    torch.set_num_threads(given.threads)
    torch.set_flush_denormal(True)
    base = model_of(given.model)
    lengths = (26, 42) if base.model.device.type == "cpu" else (150, 350)
    samples = made_up(given.steps * SETTINGS["batch"], *lengths, base.model.config.get_text_config().vocab_size)
    for way in given.ways:
        print(json.dumps({"model": given.model, **measure(base, samples, way)}), flush=True)


if __name__ == "__main__":
    main()
