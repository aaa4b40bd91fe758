"""Adapters: which base model one was trained for, adding it to a base model, and removing it again."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch
import torchvision_shim  # noqa: F401 - before peft, which imports transformers
from loading import Base
from peft import PeftConfig, PeftModel, get_peft_model
from transformers.utils import cached_file

BASE_FILE = "base.json"  # in an adapter's folder: the description of its base model
PIECES = 256  # of a weights file that are hashed
PIECE_BYTES = 64 * 1024


@contextmanager
def with_adapter(base: Base, folder: str | None) -> Iterator[torch.nn.Module]:
    """The base model with the adapter in `folder`, or without one if that is None. Afterwards the adapter is removed.

    Raises FileNotFoundError if there is no adapter, ValueError if it was trained for another base model or does not
    fit this one, RuntimeError if it would change nothing. PEFT would only warn, or ignore it silently.
    """
    if folder is None:
        yield base.model
        return
    for file in ("adapter_config.json", "adapter_model.safetensors"):
        if not (Path(folder) / file).is_file():  # PEFT would look for it on the Hub, or read a pickle
            raise FileNotFoundError(f"there is no adapter at '{folder}': expected the file {file} there")
    refuse_other_base(base, folder)
    adapted = attach(base, folder)
    try:
        ups = [p for name, p in adapted.named_parameters() if "lora_B" in name]
        if not ups or all(p.abs().max() == 0 for p in ups):
            raise RuntimeError(f"the adapter '{folder}' changes nothing: its B matrices are missing or zero")
        yield adapted
    finally:
        adapted.unload()


def attach(base: Base, folder: str) -> PeftModel:
    """Adds the adapter. If it does not fit, the base model is left as it was."""
    misfit = f"the adapter '{folder}' does not fit the model '{base.path}'"
    config = PeftConfig.from_pretrained(folder)
    config.inference_mode = True
    config.base_model_name_or_path = base.path  # PEFT would warn of another name, which is checked above
    try:
        adapted = get_peft_model(base.model, config).eval()
    except ValueError as error:
        raise ValueError(f"{misfit}: {error}") from error
    try:
        result = adapted.load_adapter(folder, "default")
        if strange := result.unexpected_keys or result.missing_keys:
            where = "model" if result.unexpected_keys else "adapter"
            raise ValueError(f"{len(strange)} matrices are missing in the {where}, such as {strange[0]}")
    except (RuntimeError, ValueError) as error:
        adapted.unload()
        raise ValueError(f"{misfit}: {str(error).splitlines()[-1].strip()}") from error  # one of the matrices
    return adapted


def refuse_other_base(base: Base, folder: str) -> None:
    """Raises ValueError if the adapter was trained for another base model. An adapter made elsewhere does not say.

    If both models come from the Hub, their commits must be equal; otherwise their weights, wherever they are.
    """
    file = Path(folder) / BASE_FILE
    if not file.exists():
        return
    trained, given = json.loads(file.read_text(encoding="utf8")), describe_base(base)
    key = "commit" if trained["commit"] and given["commit"] else "weights"
    if trained[key] != given[key]:
        ours, theirs = (f"'{one['model']}' ({key} {one[key][:12]})" for one in (given, trained))
        raise ValueError(f"the adapter '{folder}' was trained for {theirs}, but the base model here is {ours}")


def write_base(base: Base, folder: str) -> None:
    """Writes into an adapter's folder what base model it is for, also where PEFT names it: adapter_config.json."""
    config = Path(folder) / "adapter_config.json"
    fields = json.loads(config.read_text(encoding="utf8"))
    named = {"base_model_name_or_path": base.path, "revision": base.commit or base.revision}
    config.write_text(json.dumps(fields | named, indent=2), encoding="utf8")
    (Path(folder) / BASE_FILE).write_text(json.dumps(describe_base(base), indent=2), encoding="utf8")


def describe_base(base: Base) -> dict:
    """A base model: its folder or name, its commit if it comes from the Hub, and a hash of its weights."""
    return {"model": base.path, "commit": base.commit, "weights": hash_weights(base)}


def hash_weights(base: Base) -> str:
    """SHA-256 of the model's safetensors files, of which large ones are read in pieces.

    To read all of an 8B model would take a minute. Training changes weights everywhere, so pieces show it.
    """
    folder = Path(cached_file(base.path, "config.json", revision=base.commit or base.revision)).parent
    index = folder / "model.safetensors.index.json"
    files = json.loads(index.read_text())["weight_map"].values() if index.exists() else ["model.safetensors"]
    digest = hashlib.sha256()
    for name in sorted(set(files)):
        for piece in pieces_of(folder / name):
            digest.update(piece)
    return digest.hexdigest()


def pieces_of(file: Path) -> Iterator[bytes]:
    """The whole file if it is small, else evenly spaced pieces, the first and the last bytes among them."""
    size = file.stat().st_size
    step = (size - PIECE_BYTES) / (PIECES - 1)
    with open(file, "rb") as opened:
        if step <= PIECE_BYTES:
            yield opened.read()
            return
        for i in range(PIECES):
            opened.seek(round(i * step))
            yield opened.read(PIECE_BYTES)
