"""The train task: LoRA with text only (paper, Appendix B.4), in the language model's layers only (our choice)."""

import os
import shutil

from batch_lines import append_lines, read_lines
from loading import Base
from lora_targets import language_targets
from report import report

# Training arguments that are reported in addition to the LoRA settings, under transformers' own names.
REPORTED = (
    "learning_rate",
    "num_train_epochs",
    "per_device_train_batch_size",
    "gradient_accumulation_steps",
    "completion_only_loss",
    "seed",
    "warmup_steps",
    "weight_decay",
    "adam_beta1",
    "adam_beta2",
    "adam_epsilon",
    "max_grad_norm",
    "bf16",
    "gradient_checkpointing",
)


def train(base: Base, task: dict) -> None:
    """Trains an adapter on `task["train"]`; writes it to `task["adapter"]`, and the log to `task["log"]`.

    The data are lines of TRL's conversational prompt-completion format. The adapter's folder appears only when it
    is complete. Afterwards the base model is unchanged.
    """
    if os.path.isdir(task["adapter"]):
        return
    if os.path.exists(task["log"]):
        os.remove(task["log"])  # left by an interrupted training, which starts again from the beginning
    settings = task["settings"]
    trainer = build_trainer(base, task)
    report("settings", task=task["name"], date=base.date, training=settings_of(trainer))
    try:
        assert_language_only(trainer.model)
        trainer.train()
        assert_all_trained(trainer.model)
        append_lines(task["log"], [entry for entry in trainer.state.log_history if "loss" in entry])
        part = f"{task['adapter']}.part"
        shutil.rmtree(part, ignore_errors=True)
        trainer.model.save_pretrained(part)
        os.rename(part, task["adapter"])
        report("progress", task=task["name"], done=settings["epochs"], total=settings["epochs"])
    finally:
        shutil.rmtree(trainer.args.output_dir, ignore_errors=True)
        trainer.model.unload()
        base.model.eval()


def build_trainer(base: Base, task: dict):
    """TRL's trainer with the task's settings. Its model is the base model with new LoRA matrices."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import TrainerCallback
    from trl import SFTConfig, SFTTrainer

    settings = task["settings"]

    class Progress(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **kwargs):
            fields = {"loss": logs["loss"]} if logs and "loss" in logs else {}
            report("progress", task=task["name"], done=state.global_step, total=state.max_steps, **fields)

    rows = [prompt_and_completion(row) for row in read_lines(task["train"])]
    config = SFTConfig(
        output_dir=f"{task['adapter']}.trainer",
        per_device_train_batch_size=settings["batch"],
        num_train_epochs=settings["epochs"],
        learning_rate=settings["learningRate"],
        lr_scheduler_type=settings["scheduler"],
        completion_only_loss=settings["loss"] == "answer",
        seed=settings["seed"],
        bf16=base.model.device.type == "cuda",
        use_cpu=base.model.device.type == "cpu",
        logging_steps=10,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
        dataloader_pin_memory=False,
        gradient_checkpointing=base.model.device.type == "cuda",
        max_length=None,
        dataset_num_proc=None,
    )
    lora = LoraConfig(
        r=settings["rank"],
        lora_alpha=settings["alpha"],
        lora_dropout=settings["dropout"],
        target_modules=language_targets(base.model),
        task_type="CAUSAL_LM",
    )
    return SFTTrainer(
        model=base.model,
        args=config,
        train_dataset=Dataset.from_list(rows),
        processing_class=base.processor,
        peft_config=lora,
        callbacks=[Progress()],
    )


def settings_of(trainer) -> dict:
    """The settings that a trainer really uses, including the library's defaults that no job sets."""
    args, lora = trainer.args, trainer.model.peft_config["default"]
    return {
        "rank": lora.r,
        "alpha": lora.lora_alpha,
        "dropout": lora.lora_dropout,
        "target_modules": lora.target_modules,
        **{name: getattr(args, name) for name in REPORTED},
        "optim": str(args.optim.value),
        "lr_scheduler_type": str(args.lr_scheduler_type.value),
    }


def prompt_and_completion(row: dict) -> dict:
    """The two fields that TRL reads. Others, such as a sample's source, are left out."""
    return {"prompt": row["prompt"], "completion": row["completion"]}


def assert_language_only(model) -> None:
    """Raises unless LoRA trains the language model only: the vision encoder and projector stay unchanged."""
    trained = [name for name, p in model.named_parameters() if p.requires_grad]
    strange = [n for n in trained if "lora_" not in n or "vision" in n or "visual" in n or "projector" in n]
    if strange or not trained:
        raise RuntimeError(f"LoRA would train {strange or 'nothing'}; expected only layers of the language model")


def assert_all_trained(model) -> None:
    """Raises unless each B matrix, which starts at zero, has changed: all adapted layers had a gradient."""
    still = [n for n, p in model.named_parameters() if "lora_B" in n and p.abs().max() == 0]
    if still:
        raise RuntimeError(f"{len(still)} adapted layers got no gradient: {still[:3]}")
