"""The format of job files. A job file is checked completely before a model is loaded."""

import json
import math
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from chat_template import DATE, DATE_FORMAT

DTYPES = ("float32", "bfloat16", "float16", "nf4")  # nf4: weights in 4 bits (QLoRA), computed in bfloat16
SCHEDULERS = ("linear", "cosine", "constant")


class BadJob(ValueError):
    """The job file is wrong."""


Rule = tuple[Callable[[object], bool], str]  # whether a value is allowed, and a description of allowed values


def is_date(value: object) -> bool:
    try:
        return datetime.strptime(value, DATE_FORMAT) is not None
    except (TypeError, ValueError):
        return False


def is_number(value: object) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


def one_of(*values: str) -> Rule:
    return lambda value: value in values, " or ".join(f"'{value}'" for value in values)


TEXT: Rule = (lambda value: isinstance(value, str) and value != "", "a non-empty string")
TEXT_OR_NULL: Rule = (lambda value: value is None or TEXT[0](value), "a non-empty string or null")
COUNT: Rule = (lambda value: type(value) is int and value > 0, "a whole number above 0")
COUNT_OR_NULL: Rule = (lambda value: value is None or COUNT[0](value), "a whole number above 0 or null")
POSITIVE: Rule = (lambda value: is_number(value) and value > 0, "a number above 0")
OBJECT: Rule = (lambda value: isinstance(value, dict), "an object")
OBJECTS: Rule = (
    lambda value: isinstance(value, list) and value != [] and all(isinstance(one, dict) for one in value),
    "a list of at least one object",
)

JOB: dict[str, Rule] = {
    "model": TEXT,  # a folder, or a name on the Hugging Face Hub
    "revision": TEXT_OR_NULL,  # a branch, tag or commit on the Hub
    "threads": COUNT,
    "dtype": one_of(*DTYPES),
    "date": (is_date, f"a date such as '{DATE}'"),  # what chat templates show as today
    "tasks": OBJECTS,
}
JOB_DEFAULTS = {"revision": None, "threads": 1, "dtype": "float32", "date": DATE}
TASKS: dict[str, dict[str, Rule]] = {
    "predict": {
        "kind": TEXT,
        "name": TEXT,
        "requests": TEXT,
        "records": TEXT,
        "adapter": TEXT_OR_NULL,
        "batch": COUNT,  # the most requests that are answered together
        "tokens": COUNT_OR_NULL,  # the most tokens of a batch, with padding and new tokens; null for no limit
        "likelihood": (lambda value: value in (None, "letter", "text"), "'letter', 'text' or null"),
        "options": TEXT_OR_NULL,  # the file of options that `likelihood` needs, see likelihood.py
    },
    "train": {
        "kind": TEXT,
        "name": TEXT,
        "train": TEXT,
        "validation": TEXT_OR_NULL,
        "adapter": TEXT,
        "log": TEXT,
        "settings": OBJECT,
        "checkpointSeconds": (lambda value: is_number(value) and value >= 0, "a number from 0"),
    },
}
TASK_DEFAULTS = {
    "predict": {"adapter": None, "batch": 64, "tokens": None, "likelihood": None, "options": None},
    "train": {"validation": None, "checkpointSeconds": 180},
}
SETTINGS: dict[str, Rule] = {
    "rank": COUNT,
    "alpha": POSITIVE,
    "dropout": (lambda value: is_number(value) and 0 <= value < 1, "a number from 0 to below 1"),
    "learningRate": POSITIVE,
    "epochs": POSITIVE,
    "batch": COUNT,
    "scheduler": one_of(*SCHEDULERS),
    "seed": (lambda value: type(value) is int and 0 <= value < 2**32, "a whole number from 0 to below 2^32"),
    "loss": one_of("answer", "conversation"),
    "warmup": (lambda value: type(value) is int and value >= 0, "a whole number of steps from 0"),
    "keep": one_of("last", "best"),  # the adapter after the last step, or with the lowest validation loss
    # How the work is done; what is computed is the same.
    "microBatch": (lambda value: value is None or COUNT[0](value), "a whole number above 0, or null for what fits"),
    "gradientCheckpointing": (lambda value: value is None or type(value) is bool, "true, false, or null for what fits"),
    "packing": one_of("auto", "on", "off"),
    "processes": COUNT,  # one per GPU
}
LAYOUT_DEFAULTS = {"microBatch": None, "gradientCheckpointing": None, "packing": "auto", "processes": 1}
SETTINGS_DEFAULTS = {"warmup": 0, "keep": "last", **LAYOUT_DEFAULTS}


def read_job(path: Path) -> dict:
    """The job with its defaults filled in.

    Raises BadJob, which names the field, what it holds and what was expected.
    """
    try:
        given = json.loads(path.read_text(encoding="utf8"))
    except (OSError, ValueError) as error:
        raise BadJob(f"{path}: {error}") from error
    if not isinstance(given, dict):
        raise BadJob(f"{path}: expected an object")
    job = checked(str(path), given, JOB, JOB_DEFAULTS)
    job["tasks"] = [read_task(f"{path}: tasks[{i}]", task) for i, task in enumerate(job["tasks"])]
    names = [task["name"] for task in job["tasks"]]
    for name in names:
        if names.count(name) > 1:
            raise BadJob(f"{path}: two tasks are named '{name}'")
    return job


def read_task(where: str, given: dict) -> dict:
    kind = given.get("kind")
    if kind not in TASKS:
        raise BadJob(f"{where}.kind is {kind!r}, expected 'predict' or 'train'")
    task = checked(where, given, TASKS[kind], TASK_DEFAULTS[kind])
    if kind == "predict" and task["likelihood"] and not task["options"]:
        raise BadJob(f"{where}: 'likelihood' is '{task['likelihood']}', which needs the file of 'options'")
    if kind == "train":
        task["settings"] = checked(f"{where}.settings", task["settings"], SETTINGS, SETTINGS_DEFAULTS)
        if task["settings"]["keep"] == "best" and not task["validation"]:
            raise BadJob(f"{where}.settings: 'keep' is 'best', which needs validation samples, but 'validation' is null")
    return task


def checked(where: str, given: dict, rules: dict[str, Rule], defaults: dict) -> dict:
    """The fields of one object, with defaults filled in. Raises if a field is missing, unknown or wrong."""
    for name in given:
        if name not in rules:
            raise BadJob(f"{where}: unknown field '{name}', expected one of {', '.join(rules)}")
    fields = {**defaults, **given}
    for name, (allowed, expected) in rules.items():
        if name not in fields:
            raise BadJob(f"{where}: '{name}' is missing, expected {expected}")
        if not allowed(fields[name]):
            raise BadJob(f"{where}: '{name}' is {fields[name]!r}, expected {expected}")
    return fields
