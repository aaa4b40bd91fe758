"""The train task: LoRA with text only (paper, Appendix B.4), in the language model's layers only (our choice).

The loop is the kit's own. A test holds it against TRL's SFTTrainer: equal losses on equal batches.
"""

import hashlib
import math
import os
from pathlib import Path

import torch
from adapters import describe_base
from checkpoint import Checkpoint
from job_file import LAYOUT_DEFAULTS
from loading import Base
from lora import new_lora, save_adapter
from memory import Fit, fit, free_memory, shape_of
from micro_batches import label_count
from packing import position_axes
from parallel import Group
from report import report
from train_loop import BETAS, EPSILON, MAX_NORM, WEIGHT_DECAY, Loop
from train_plan import Plan
from training_tokens import Sample, read_samples


def train(base: Base, task: dict, group: Group | None = None) -> None:
    """Trains an adapter on `task["train"]`; writes it to `task["adapter"]`, and the log to `task["log"]`.

    The data are lines of TRL's conversational prompt-completion format. The adapter's folder appears only when it
    is complete. A training that was interrupted goes on from its last checkpoint. Afterwards the base model is
    unchanged.

    @param group: the processes that train this adapter together; by default, this one alone
    """
    group = group or Group()
    checkpoint = Checkpoint(task["adapter"], identity(base, task), task["checkpointSeconds"])
    if not os.path.isdir(task["adapter"]):
        settings = task["settings"]
        samples = read_samples(base, task["train"], settings["loss"])
        validation = read_samples(base, task["validation"], "answer") if task["validation"] else []
        with new_lora(base, settings) as model:
            loop, facts = prepared(base, model, task, samples, validation, group)
            report("settings", task=task["name"], date=base.date, training=facts)
            loop.run(checkpoint)
            if group.rank == 0:
                save_adapter(model, base, task["adapter"])
            group.wait()
    if group.rank == 0:
        checkpoint.remove()


def prepared(
    base: Base, model: torch.nn.Module, task: dict, samples: list[Sample], validation: list[Sample], group: Group
) -> tuple[Loop, dict]:
    """The loop, with batches divided so that they fit, and all settings that it really uses, for the manifest."""
    settings = task["settings"]
    axes, reason = position_axes(base.model.config) if is_packed(settings, model) else (0, None)
    division = divided(model, settings, samples, group)
    if division.checkpointing:
        base.model.activation_checkpointing_enable({"use_reentrant": False})
    autocast = model.dtype if model.dtype in (torch.bfloat16, torch.float16) else None
    plan = Plan(
        task=task["name"],
        settings=settings,
        samples=samples,
        validation=validation,
        micro_batch=division.micro_batch,
        axes=axes,
        pad=base.tokenizer.pad_token_id,
        autocast=autocast,
        group=group,
    )
    loop = Loop(model, plan, task["log"])
    loop.dry_step()
    facts = {
        **settings,
        "optimizer": "AdamW",
        "betas": BETAS,
        "epsilon": EPSILON,
        "weightDecay": WEIGHT_DECAY,
        "maxGradNorm": MAX_NORM,
        "steps": plan.steps,
        "targetModules": model.peft_config["default"].target_modules,
        "microBatch": loop.plan.micro_batch,
        "passesPerStep": math.ceil(settings["batch"] / loop.plan.micro_batch),
        "gradientCheckpointing": division.checkpointing,
        "rows": f"packed, {axes} position axes" if axes else "padded",
        **({"notPacked": reason} if reason else {}),
        "weights": str(model.dtype).removeprefix("torch."),
        "autocast": str(autocast).removeprefix("torch."),
        "attention": base.model.config._attn_implementation,
        "estimatedBytes": division.bytes,
        "longestSample": max(len(sample.ids) for sample in samples),
        "chatTemplate": hashlib.sha256(str(base.processor.chat_template).encode()).hexdigest(),
        "endToken": base.tokenizer.convert_ids_to_tokens(samples[0].ids[-1]),
    }
    return loop, facts


def is_packed(settings: dict, model: torch.nn.Module) -> bool:
    """Whether to try packing. On a CPU, attention over a long row costs more than padding does."""
    choice = settings["packing"]
    return choice == "on" or (choice == "auto" and model.device.type == "cuda")


def divided(model: torch.nn.Module, settings: dict, samples: list[Sample], group: Group) -> Fit:
    """How the largest batch is made to fit the free memory. On a CPU, a batch is one pass unless settings say otherwise."""
    asked, checkpointing = settings["microBatch"], settings["gradientCheckpointing"]
    shape = shape_of(model)
    longest = sorted(samples, key=lambda sample: -len(sample.ids))[: settings["batch"]]
    batch = [(len(sample.ids), label_count([sample])) for sample in longest]
    memory = free_memory(model.device, shape.weights)
    if memory is None:
        found = fit(shape, batch, free=2**62, micro_batch=asked or len(batch), checkpointing=checkpointing or False)
    else:
        found = fit(shape, batch, memory, asked, checkpointing)
    again = -group.least(-int(found.checkpointing))  # in all processes if it is needed in one
    return found._replace(micro_batch=group.least(found.micro_batch), checkpointing=bool(again))


def identity(base: Base, task: dict) -> dict:
    """What a checkpoint must have been made with to go on from it."""
    files = {key: task[key] and hashlib.sha256(Path(task[key]).read_bytes()).hexdigest() for key in ("train", "validation")}
    settings = {key: value for key, value in task["settings"].items() if key not in LAYOUT_DEFAULTS}
    return {"base": describe_base(base), "settings": settings, **files}
