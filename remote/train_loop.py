"""The training loop: optimiser steps over batches, with validation, a log and checkpoints.

Everything random depends on the seed and the step alone, so a training that goes on from a checkpoint ends with the
same adapter as one that was never interrupted.
"""

import math
import time
from dataclasses import replace

import torch
import torchvision_shim  # noqa: F401 - before transformers, see there
from batch_lines import append_lines
from checkpoint import Checkpoint
from lora import assert_all_learn, trained
from micro_batches import label_count, labelled_logits, loss_sum, micro_batches, packed, padded
from report import report
from train_plan import Plan, seed_of
from training_tokens import Sample
from transformers import get_scheduler

LOG_STEPS = 10  # optimiser steps per line of the log
REPORT_SECONDS = 1.0  # least time between events without a loss
BETAS, EPSILON, WEIGHT_DECAY, MAX_NORM = (0.9, 0.999), 1e-8, 0.0, 1.0  # the defaults of transformers' Trainer


class Loop:
    """A training between two steps."""

    def __init__(self, model: torch.nn.Module, plan: Plan, log: str):
        self.model, self.plan, self.log = model, plan, log
        self.parameters = list(trained(model).values())
        settings = plan.settings
        self.optimizer = torch.optim.AdamW(
            self.parameters, settings["learningRate"], BETAS, EPSILON, WEIGHT_DECAY, fused=True
        )
        self.scheduler = get_scheduler(settings["scheduler"], self.optimizer, settings["warmup"], plan.steps)
        self.scaler = torch.amp.GradScaler(model.device.type, enabled=plan.autocast == torch.float16)
        self.step = 0
        self.tokens = 0  # in this process, for its speed
        self.losses: list[float] = []  # since the last line of the log
        self.lines: list[dict] = []  # of the log
        self.best: dict | None = None  # the adapter with the lowest validation loss so far
        self.reported = 0.0

    def run(self, checkpoint: Checkpoint) -> None:
        """Trains to the end, from the checkpoint if there is one."""
        self.restore(checkpoint.load())
        while self.step < self.plan.steps:
            norm = self.optimise()
            self.record(norm)
            # By one process alone: the others meet it in the next step.
            if self.plan.group.rank == 0 and checkpoint.is_due() and self.step < self.plan.steps:
                checkpoint.save(self.state(), self.plan.task)
        if self.plan.settings["keep"] == "best":
            self.put(self.best["adapter"])

    def dry_step(self) -> None:
        """Tries the pass with the most tokens, and halves the micro-batch until it fits the memory."""
        while not self.fits(sorted(self.plan.samples, key=lambda sample: -len(sample.ids))[: self.plan.micro_batch]):
            if self.plan.micro_batch == 1:
                raise RuntimeError("training runs out of memory with one sample per pass. Take a card with more memory")
            size = self.plan.micro_batch
            self.plan = replace(self.plan, micro_batch=(size + 1) // 2)
            report("warning", task=self.plan.task, message=f"out of memory with {size} samples per pass: trying half")

    def fits(self, samples: list[Sample]) -> bool:
        """Whether a pass over the samples succeeds in all processes."""
        failed = torch.zeros((), device=self.model.device)
        try:
            self.loss(samples).backward()
        except torch.OutOfMemoryError:
            failed += 1
        self.optimizer.zero_grad()
        if self.model.device.type == "cuda":
            torch.cuda.empty_cache()
        self.plan.group.add([failed])
        return failed.item() == 0

    def optimise(self) -> float:
        """One optimiser step. Returns the norm of its gradient before clipping."""
        plan = self.plan
        batch = plan.batch(self.step)
        loss = torch.zeros((), device=self.model.device)
        labels = label_count(batch)
        for number, part in enumerate(micro_batches(batch, plan.micro_batch)):
            if number % plan.group.size == plan.group.rank:
                torch.manual_seed(seed_of(plan.settings["seed"], self.step, number))
                share = self.loss(part) / labels
                self.scaler.scale(share).backward()
                loss += share.detach()
                self.tokens += sum(len(sample.ids) for sample in part)
        plan.group.add([loss, *self.gradients()])
        self.losses.append(self.finite(loss.item(), batch))
        if self.step == 0:
            assert_all_learn(self.model)
        self.scaler.unscale_(self.optimizer)
        norm = torch.nn.utils.clip_grad_norm_(self.parameters, MAX_NORM)
        self.scaler.step(self.optimizer)
        self.scaler.update()
        self.scheduler.step()
        self.optimizer.zero_grad()
        self.step += 1
        return norm.item()

    def gradients(self) -> list[torch.Tensor]:
        """All gradients, for adding up. A process that had no share of a small batch has zeros."""
        if self.plan.group.size == 1:
            return []
        for parameter in self.parameters:
            parameter.grad = torch.zeros_like(parameter) if parameter.grad is None else parameter.grad
        return [parameter.grad for parameter in self.parameters]

    def inputs(self, samples: list[Sample]) -> tuple[dict, torch.Tensor]:
        if self.plan.axes:
            return packed(samples, self.plan.axes, self.model.device)
        return padded(samples, self.plan.pad, self.model.device)

    def casting(self) -> torch.autocast:
        dtype = self.plan.autocast
        return torch.autocast(self.model.device.type, dtype or torch.bfloat16, enabled=dtype is not None)

    def loss(self, samples: list[Sample]) -> torch.Tensor:
        with self.casting():
            return loss_sum(self.model, *self.inputs(samples))

    def finite(self, loss: float, batch: list[Sample]) -> float:
        """The loss, if it is a number.

        @raises RuntimeError that names the step, and the first sample whose loss is not
        """
        if math.isfinite(loss):
            return loss
        self.model.eval()
        with torch.no_grad():
            wrong = [sample.name for sample in batch if not math.isfinite(self.loss([sample]).item())]
        which = f"that of {wrong[0]} first" if 0 < len(wrong) < len(batch) else "that of every sample"
        which = which if wrong else "though that of no sample alone is"
        raise RuntimeError(
            f"the loss is {loss} in step {self.step + 1} of {self.plan.steps}, {which}. "
            "Look at the sample; if it is sound, lower the learning rate, or train in bfloat16 or float32"
        )

    def record(self, norm: float) -> None:
        """Reports the step, and writes what belongs into the log."""
        place = {"step": self.step, "epoch": round(self.step / self.plan.steps_per_epoch, 4)}
        lines = []
        if self.step % LOG_STEPS == 0 or self.step == self.plan.steps:
            rate = self.scheduler.get_last_lr()[0]
            loss = sum(self.losses) / len(self.losses)
            lines.append({**place, "loss": loss, "grad_norm": norm, "learning_rate": rate})
            self.losses = []
        if self.plan.validates_after(self.step):
            lines.append({**place, **self.validate()})
        self.lines += lines
        if self.plan.group.rank == 0 and lines:
            append_lines(self.log, lines)
        self.tell({key: value for line in lines for key, value in line.items() if "loss" in key or "accuracy" in key})

    def tell(self, figures: dict) -> None:
        now = time.monotonic()
        if figures or now - self.reported >= REPORT_SECONDS:
            self.reported = now
            done = {"done": self.step, "total": self.plan.steps, "tokens": self.tokens}
            report("progress", task=self.plan.task, **done, **figures)

    @torch.no_grad()
    def validate(self) -> dict:
        """The loss per token on the validation samples, and the share of them whose answer would be given greedily."""
        plan = self.plan
        self.model.eval()
        sums = torch.zeros(2, dtype=torch.float64)
        parts = micro_batches(plan.validation, plan.micro_batch)
        for part in parts[plan.group.rank :: plan.group.size]:
            with self.casting():
                logits, targets = labelled_logits(self.model, *self.inputs(part))
            loss = torch.nn.functional.cross_entropy(logits.float(), targets, reduction="sum")
            right = (logits.argmax(-1) == targets).split([label_count([sample]) for sample in part])
            sums += torch.tensor([loss.item(), sum(tokens.all().item() for tokens in right)])
        self.model.train()
        sums = sums.to(self.model.device)
        plan.group.add([sums])
        loss, right = (sums / torch.tensor([label_count(plan.validation), len(plan.validation)]).to(sums)).tolist()
        if self.step > 0 and plan.settings["keep"] == "best" and (self.best is None or loss < self.best["loss"]):
            self.best = {"loss": loss, "step": self.step, "adapter": self.adapter()}
        return {"validation_loss": loss, "validation_accuracy": right}

    def adapter(self) -> dict[str, torch.Tensor]:
        return {name: p.detach().cpu().clone() for name, p in trained(self.model).items()}

    def put(self, adapter: dict[str, torch.Tensor]) -> None:
        with torch.no_grad():
            for name, parameter in trained(self.model).items():
                parameter.copy_(adapter[name])

    def state(self) -> dict:
        """All that the rest of the training depends on."""
        return {
            "adapter": self.adapter(),
            "optimizer": self.optimizer.state_dict(),
            "scheduler": self.scheduler.state_dict(),
            "scaler": self.scaler.state_dict(),
            **{name: getattr(self, name) for name in ("step", "losses", "lines", "best")},
        }

    def restore(self, state: dict | None) -> None:
        """Goes on from a checkpoint's state, or begins. The log is written anew up to there."""
        if state:
            self.put(state["adapter"])
            self.optimizer.load_state_dict(state["optimizer"])
            self.scheduler.load_state_dict(state["scheduler"])
            self.scaler.load_state_dict(state["scaler"])
            for name in ("step", "losses", "lines", "best"):
                setattr(self, name, state[name])
        elif self.plan.validates_after(0):
            self.lines = [{"step": 0, "epoch": 0.0, **self.validate()}]
        if self.plan.group.rank == 0:
            open(self.log, "w").close()
            append_lines(self.log, self.lines)
        report("progress", task=self.plan.task, done=self.step, total=self.plan.steps)
