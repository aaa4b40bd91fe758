"""The train task: LoRA on text alone, on the layers of the language model alone (paper, Appendix B.4)."""

import os
import shutil

from batch_lines import append_lines, read_lines
from loading import Base
from lora_targets import language_targets
from report import report


def train(base: Base, task: dict) -> None:
    """Trains an adapter on `task["train"]` and leaves it in `task["adapter"]`, the log in `task["log"]`.

    The data are TRL's conversational prompt-completion lines. The adapter's folder appears whole or not at
    all; the base model is as it was afterwards.
    """
    if os.path.isdir(task["adapter"]):
        return
    if os.path.exists(task["log"]):
        os.remove(task["log"])  # of a training that was cut off: it starts again
    settings = task["settings"]
    trainer = build_trainer(base, task)
    try:
        assert_language_only(trainer.model)
        trainer.train()
        assert_all_learnt(trainer.model)
        append_lines(task["log"], [entry for entry in trainer.state.log_history if "loss" in entry or "eval_loss" in entry])
        part = f"{task['adapter']}.part"
        shutil.rmtree(part, ignore_errors=True)
        trainer.model.save_pretrained(part)
        os.rename(part, task["adapter"])
        report("progress", task=task["name"], done=settings["epochs"], total=settings["epochs"])
    finally:
        trainer.model.unload()
        base.model.eval()


def build_trainer(base: Base, task: dict):
    """TRL's trainer with the job's settings; its model is the base with fresh LoRA matrices."""
    from datasets import Dataset
    from peft import LoraConfig
    from transformers import TrainerCallback
    from trl import SFTConfig, SFTTrainer

    settings = task["settings"]

    class Progress(TrainerCallback):
        def on_log(self, args, state, control, logs=None, **kwargs):
            fields = {"loss": logs["loss"]} if logs and "loss" in logs else {}
            report("progress", task=task["name"], done=state.global_step, total=state.max_steps, **fields)

    rows = [as_parts(row) for row in read_lines(task["train"])]
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


def as_parts(row: dict) -> dict:
    """Prompt and completion as they are in the file; other fields, such as where a sample came from, stay out."""
    return {"prompt": row["prompt"], "completion": row["completion"]}


def assert_language_only(model) -> None:
    """No trained parameter lies outside the language model: the eyes stay as they are."""
    trained = [name for name, p in model.named_parameters() if p.requires_grad]
    strange = [n for n in trained if "lora_" not in n or "vision" in n or "visual" in n or "projector" in n]
    if strange or not trained:
        raise RuntimeError(f"LoRA would train {strange or 'nothing'}, and should train the language model alone")


def assert_all_learnt(model) -> None:
    """Each B matrix, zero at first, has moved: no adapted layer was without a gradient."""
    still = [n for n, p in model.named_parameters() if "lora_B" in n and p.abs().max() == 0]
    if still:
        raise RuntimeError(f"{len(still)} adapted layers got no gradient: {still[:3]}")
