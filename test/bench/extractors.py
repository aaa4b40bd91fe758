"""What the answer extractors of three evaluation kits read in replies, for `wov bench extractors`, which installs
them into FOLDER. FILE: [{"reply": …, "options": {"A": text, …}}, …]. Prints, per extractor, what it reads in each reply:
a letter, "guess" or null. Usage: extractors.py FOLDER FILE"""

import importlib
import importlib.metadata
import json
import pathlib
import sys
import types

GUESS = "guess"
LMMS_EVAL = ["lmms_eval", "lmms_eval.tasks", "lmms_eval.tasks._task_utils"]


def load(folder, packages, module):
    """A module without the __init__ files of these packages, which import torch and much else."""
    for name in packages:
        sys.modules[name] = types.ModuleType(name)
        sys.modules[name].__path__ = [str(folder.joinpath(*name.split(".")))]
    return importlib.import_module(module)


def lm_eval(folder, items):
    """The filter `flexible-extract` of its task mmlu_flan_cot_zeroshot, whose prompts write the letters as (A)."""
    extraction = load(folder, ["lm_eval", "lm_eval.filters"], "lm_eval.filters.extraction")
    settings = {"group_select": -1, "ignore_case": True, "ignore_punctuation": True}
    read = extraction.MultiChoiceRegexFilter(regex_pattern=r"(\([A-Z]\))", **settings)
    questions = [{"choices": list(item["options"].values())} for item in items]
    found = read.apply([[item["reply"]] for item in items], questions)
    return [None if letter == read.fallback else letter.strip("()") for (letter,) in found]


def lmms_eval_mmmu(folder, items):
    """The one of its MMMU tasks, which draws a letter at random where it finds none."""
    mmmu = load(folder, LMMS_EVAL, "lmms_eval.tasks._task_utils.mmmu_mcq_utils")
    mmmu.random = types.SimpleNamespace(choice=lambda letters: GUESS)
    read = mmmu.parse_mmmu_multi_choice_response
    return [read(item["reply"], list(item["options"]), item["options"]) for item in items]


def lmms_eval_mcq(folder, items):
    """The one that its newer tasks share."""
    read = load(folder, LMMS_EVAL, "lmms_eval.tasks._task_utils.mcq_extract").extract_mcq_answer
    return [read(item["reply"], list(item["options"])) or None for item in items]


def vlmeval(folder, items):
    """The one before its judge. False: the judge would be asked; Z: a refusal."""
    read = load(folder, ["vlmeval", "vlmeval.smp", "vlmeval.utils"], "vlmeval.utils.matching_util").can_infer
    # It changes the dictionary that it is given.
    found = [read(item["reply"], dict(item["options"])) for item in items]
    return [letter if letter and letter != "Z" else None for letter in found]


EXTRACTORS = [
    ("lm-evaluation-harness", "lm_eval", lm_eval),
    ("lmms-eval, MMMU", "lmms_eval", lmms_eval_mmmu),
    ("lmms-eval, mcq_extract", "lmms_eval", lmms_eval_mcq),
    ("VLMEvalKit", "ms-vlmeval", vlmeval),
]


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(folder))
    with open(sys.argv[2], encoding="utf-8") as file:
        items = json.load(file)
    for item in items:
        # All three kits can remove a model's thinking before they extract.
        item["reply"] = item["reply"].split("</think>")[-1].strip()
    read = {
        f"{name} ({package} {importlib.metadata.version(package)})": extractor(folder, items)
        for name, package, extractor in EXTRACTORS
    }
    print(json.dumps(read))


main()
