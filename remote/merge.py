"""Merges an adapter into its base model, for engines that take no adapters.

    python remote/merge.py --base MODEL [--revision R] --dtype D --adapter FOLDER --card FILE --out FOLDER

OUT gets the weights as safetensors, the processor or tokenizer with the chat template that the adapter was trained
with, and the card as README.md. It appears only when it is complete.

Standard output carries events, one JSON object per line:
  {"event": "size", bytes, free}     how large the weights will be, and what is free on the disk
  {"event": "step", step}            "load", "merge", "write"
  {"event": "progress", done, total} bytes written
  {"event": "error", message}        nothing was left at OUT

The process ends when its standard input closes, as a job does.
"""

import argparse
import os
import shutil
import sys
import threading
import traceback
from contextlib import contextmanager
from pathlib import Path

import torch
from adapters import with_adapter
from job import end_with_parent
from loading import Base, load_base, model_class
from report import keep_stdout, report
from transformers import AutoConfig

LICENCES = ("LICENSE*", "NOTICE*", "USE_POLICY*")  # files that go with a model's weights
SECONDS = 1  # between two events of progress


def merge(path: str, revision: str | None, dtype: str, adapter: str, card: str, out: str) -> None:
    """Raises before anything is loaded if OUT exists or the disk has no room for it."""
    if os.path.exists(out):
        raise FileExistsError(f"'{out}' is there already: choose another folder")
    size = weights_size(path, revision, dtype)
    free = shutil.disk_usage(nearest_folder(out)).free
    report("size", bytes=size, free=free)
    refuse_without_room(out, size, free)
    report("step", step="load")
    base = load_base(path, dtype, revision)
    with with_adapter(base, adapter) as adapted:
        report("step", step="merge")
        merged = adapted.merge_and_unload(safe_merge=True)  # raises if a weight becomes NaN
        report("step", step="write")
        write(merged, base, card, out, size)


def weights_size(path: str, revision: str | None, dtype: str) -> int:
    """Bytes that a model's weights take, from its configuration alone: nothing large is downloaded or read."""
    config = AutoConfig.from_pretrained(path, revision=revision, trust_remote_code=False)
    with torch.device("meta"):
        model = model_class(config).from_config(config)
    return sum(p.numel() for p in model.parameters()) * getattr(torch, dtype).itemsize


def nearest_folder(path: str) -> Path:
    """The folder that holds `path`, or the nearest one above that exists."""
    return next(folder for folder in Path(path).absolute().parents if folder.is_dir())


def refuse_without_room(out: str, size: int, free: int) -> None:
    if size > free:
        raise OSError(f"'{out}' needs {size / 1e9:.1f} GB, but {free / 1e9:.1f} GB are free: free some space")


def write(model: torch.nn.Module, base: Base, card: str, out: str, size: int) -> None:
    part = Path(f"{out}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    try:
        for config in (model.config, model.config.get_text_config()):
            config._name_or_path = ""  # else it would hold a path of this machine
        with progress(part, size):
            model.save_pretrained(part)
        base.processor.save_pretrained(part)
        if os.path.isdir(base.path):
            for file in (file for pattern in LICENCES for file in Path(base.path).glob(pattern)):
                shutil.copy(file, part)
        shutil.copy(card, part / "README.md")
        os.rename(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


@contextmanager
def progress(folder: Path, total: int):
    """Reports how much is written to a folder, while it is written."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(SECONDS):
            report("progress", done=sum(file.stat().st_size for file in folder.iterdir()), total=total)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


def main() -> int:
    parser = argparse.ArgumentParser()
    for name in ("base", "adapter", "card", "out"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--revision")
    parser.add_argument("--dtype", required=True, choices=["float32", "bfloat16", "float16"])
    given = parser.parse_args()
    keep_stdout()
    end_with_parent()
    try:
        merge(given.base, given.revision, given.dtype, given.adapter, given.card, given.out)
    except Exception as error:  # noqa: BLE001 - any failure becomes an event for the caller
        report("error", message=str(error))
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
