"""Training prompts are those of prediction, less the picture; the loss is on the answer and the end token alone."""

import copy
import json
import tempfile
import unittest
from pathlib import Path

from chat_template import pin_dates
from loading import load_base
from PIL import Image
from predict import answer, encode
from support import MODELS, PROMPT, request, write_lines
from training_tokens import IGNORED, BadSample, check_prompt, prompt_ids, read_samples

VLMS = ("mllama", "qwen2-vl", "llava-onevision")
# As LLaVA-OneVision's template does, this one writes "assistant " before an answer that is there, and "assistant\n"
# where one is to be generated; as Llama-3.2-Vision's does, it has a system message only without a picture.
LIKE_THE_REAL_ONES = (
    "{%- set ns = namespace(picture=false) %}{%- for m in messages %}{%- for p in m['content'] %}"
    "{%- if p['type'] == 'image' %}{%- set ns.picture = true %}{%- endif %}{%- endfor %}{%- endfor %}"
    "{%- if not ns.picture %}{{- '<|system|>Today Date: 26 Jul 2024' }}{%- endif %}"
    "{%- for m in messages %}{{- '<|' + m['role'] + '|> ' }}"
    "{%- for p in m['content'] %}{%- if p['type'] == 'image' %}{{- '<|image|>' }}{%- else %}{{- '\\n' + p['text'] }}"
    "{%- endif %}{%- endfor %}{{- '<|end|>\\n' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>\\n' }}{%- endif %}"
)
# Other names of special tokens, as the tiny tokenizers have them.
NAMES = {"<image>": "<|image|>", "<|image_pad|>": "<|image|>", "<|im_end|>": "<|end|>", "<|eot_id|>": "<|end|>"}
# Templates of the three VLMs, where there are copies of them.
REAL = Path(__file__).parents[3] / "shared/templates"


def base_with(model: str, template: str | None = None):
    """A fresh copy of a tiny model's base, with another chat template if one is given."""
    base = copy.copy(load_base(str(MODELS / model), "float32"))
    if template:
        base.processor.chat_template = pin_dates(template, base.date)
    return base


def row(prompt: object = PROMPT, completion: object = "A") -> dict:
    messages = [{"role": role, "content": content} for role, content in (("user", prompt), ("assistant", completion))]
    return {"prompt": messages[:1], "completion": messages[1:]}


class Tokens(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def samples(self, base, rows: list, loss: str = "answer"):
        return read_samples(base, write_lines(self.folder / "train.jsonl", rows), loss)

    def templates(self) -> list[tuple[str, str | None]]:
        """A VLM and a template: its own, one with the faults of the real ones, and the real one where it is here."""
        real = [(m, REAL / f"{m}.jinja") for m in VLMS if (REAL / f"{m}.jinja").exists()]
        renamed = []
        for model, file in real:
            text = file.read_text()
            for name, ours in NAMES.items():
                text = text.replace(name, ours)
            renamed.append((model, text))
        return [*((m, None) for m in VLMS), *((m, LIKE_THE_REAL_ONES) for m in VLMS[1:]), *renamed]

    def test_training_and_prediction_see_the_same_prompt(self):
        picture = Image.new("RGB", (64, 64), "red")
        for model, template in self.templates():
            with self.subTest(model=model, template=(template or "own")[:40]):
                base = base_with(model, template)
                [sample] = self.samples(base, [row()])
                trained = [t for t, label in zip(sample.ids, sample.labels) if label == IGNORED]
                parts = [{"type": "image", "image": picture}, {"type": "text", "text": PROMPT}]
                asked = base.processor.apply_chat_template(
                    [[{"role": "user", "content": parts}]], tokenize=True, add_generation_prompt=True, return_dict=True
                )["input_ids"][0]
                before = next(i for i, pair in enumerate(zip(asked, trained)) if pair[0] != pair[1])
                self.assertEqual(asked[:before] + asked[before + len(asked) - len(trained) :], trained)
                self.assertIn(base.tokenizer.convert_tokens_to_ids("<|image|>"), asked[before : len(asked) - 1])
                self.assertNotIn("Today Date", base.tokenizer.decode(sample.ids))

    def test_the_loss_is_on_the_answer_and_the_end_token_exactly(self):
        for model, template in [*self.templates(), ("qwen2", None), ("llama", None)]:
            with self.subTest(model=model, template=(template or "own")[:40]):
                base = base_with(model, template)
                [sample] = self.samples(base, [row(completion="B")])
                counted = [label for label in sample.labels if label != IGNORED]
                self.assertEqual(base.tokenizer.convert_ids_to_tokens(counted), ["B", "<|end|>"])
                self.assertEqual(sample.ids[-2:], counted)
                [whole] = self.samples(base, [row(completion="B")], "conversation")
                self.assertEqual((whole.ids, whole.labels), (sample.ids, sample.ids))

    def test_an_answer_ends_where_prediction_stops(self):
        base = base_with("qwen2")
        [reply] = answer(base.model, base, [request("a")], encode(base, [request("a")]))
        [sample] = self.samples(base, [row()])
        self.assertEqual(reply["response"]["body"]["choices"][0]["finish_reason"], "stop")
        self.assertEqual(sample.ids[-1], base.generation["eos_token_id"])

    def test_refuses_a_template_that_prediction_reads_otherwise(self):
        # Mllama's processor puts a token in front of prompts that do not begin with it; its tokenizer does not.
        base = base_with("mllama", LIKE_THE_REAL_ONES.replace("{{- '<|' + m['role'] + '|> ' }}", "{{- 'user ' }}"))
        with self.assertRaisesRegex(RuntimeError, "another context than prediction"):
            check_prompt(base, row()["prompt"])
        base = base_with("qwen2-vl", "{% for m in messages %}{{ m['role'] }}{% endfor %}")
        with self.assertRaisesRegex(RuntimeError, "does not write a picture"):
            prompt_ids(base, row()["prompt"])

    def test_content_may_be_a_list_of_parts(self):
        base = base_with("llava-onevision")
        parts = row([{"type": "text", "text": PROMPT}], [{"type": "text", "text": "A"}])
        self.assertEqual(*(self.samples(base, [one])[0].ids for one in (row(), parts)))


class Faults(unittest.TestCase):
    def setUp(self):
        self.file = Path(self.enterContext(tempfile.TemporaryDirectory())) / "train.jsonl"
        self.base = load_base(str(MODELS / "qwen2"), "float32")

    def refused(self, text: str, message: str) -> None:
        self.file.write_text(text)
        with self.assertRaisesRegex(BadSample, message):
            read_samples(self.base, str(self.file), "answer")
        self.assertEqual(self.file.read_text(), text)

    def test_one_broken_line_is_named(self):
        whole = json.dumps(row()) + "\n"
        self.refused(whole * 2 + '{"prompt": [\n' + whole, "train.jsonl, line 3: not JSON")
        self.refused(whole + whole[:-9], "train.jsonl, line 2: not JSON .* Is the file complete")
        self.refused(whole + "[]\n", "line 2: 'prompt' is None, expected a list of messages")
        self.refused(whole + json.dumps({**row(), "prompt": [{"role": "user"}]}) + "\n", "line 2: 'prompt' is")
        self.refused("", "train.jsonl: no samples")

    def test_an_empty_completion_is_named(self):
        for empty in ("", " \n", []):
            self.refused(json.dumps(row()) + "\n" + json.dumps(row(completion=empty)) + "\n", "line 2: the completion is empty")
        two = {**row(), "completion": row()["completion"] * 2}
        self.refused(json.dumps(two) + "\n", "line 1: 'completion' has 2 messages, expected one")

    def test_a_sample_longer_than_the_model_s_context_is_named(self):
        limit = self.base.model.config.max_position_embeddings
        long = row("a map " * limit)
        self.refused(json.dumps(row()) + "\n" + json.dumps(long) + "\n", rf"line 2: \d+ tokens, but the model takes {limit}")


if __name__ == "__main__":
    unittest.main()
