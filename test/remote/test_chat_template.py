"""Chat templates do not depend on the clock, in prediction and in training alike."""

import importlib
import tempfile
import unittest
from datetime import datetime
from pathlib import Path
from unittest import mock

from chat_template import DATE, pin_date
from loading import load_base
from support import copy_model
from training_tokens import prompt_ids

chat_template_utils = importlib.import_module("transformers.utils.chat_template_utils")
# The part of Llama-3.2-Vision's template that shows the date, and what is needed around it. Where there is a copy
# of the real template it is tested as well.
LIKE_LLAMA = (
    "{%- if not date_string is defined %}{%- if strftime_now is defined %}"
    '{%- set date_string = strftime_now("%d %b %Y") %}{%- else %}{%- set date_string = "26 Jul 2024" %}{%- endif %}{%- endif %}'
    '{{- "Today Date: " + date_string + "\\n\\n" }}'
    "{%- for message in messages %}{{- '<|' + message['role'] + '|>' }}"
    "{%- for part in message['content'] %}{{- part['text'] or '<|image|>' }}{%- endfor %}{{- '<|end|>' }}{%- endfor %}"
    "{%- if add_generation_prompt %}{{- '<|assistant|>' }}{%- endif %}"
)
REAL = Path(__file__).parents[3] / "shared/templates/mllama.jinja"
TEMPLATES = [LIKE_LLAMA] + ([REAL.read_text()] if REAL.exists() else [])
MESSAGES = [{"role": "user", "content": [{"type": "text", "text": "A"}]}]


def on(*day: int):
    """Sets the clock of chat templates to a day."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz=None):
            return datetime(*day)

    return mock.patch.object(chat_template_utils, "datetime", Clock)


class Pinned(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))

    def model(self, template: str, **date: str):
        name = f"{len(list(self.folder.iterdir()))}"
        return load_base(copy_model("mllama", self.folder / name, template=template), "float32", **date)

    def test_prompts_are_the_same_every_day(self):
        for template in TEMPLATES:
            base = self.model(template)
            seen = set()
            for day in [(2031, 5, 1), (2032, 6, 2)]:
                with on(*day):
                    seen.add(base.processor.apply_chat_template(MESSAGES, add_generation_prompt=True))
            self.assertEqual(len(seen), 1)
            self.assertIn(f"Today Date: {DATE}\n\n", seen.pop())

    def test_the_clock_of_this_test_is_seen_where_nothing_is_pinned(self):
        base = self.model(LIKE_LLAMA)
        base.processor.chat_template = LIKE_LLAMA
        with on(2031, 5, 1):
            self.assertIn("01 May 2031", base.processor.apply_chat_template(MESSAGES))

    def test_training_sees_the_date_that_prediction_sees(self):
        base = self.model(LIKE_LLAMA, date="03 Feb 2025")
        with on(2031, 5, 1):
            text = base.tokenizer.decode(prompt_ids(base, MESSAGES))
        self.assertIn("Today Date: 03 Feb 2025\n\n", text)

    def test_sets_the_date_of_a_template_that_reads_no_clock(self):
        template = '\n{% if not date_string is defined %}{% set date_string = "26 Jul 2024" %}{% endif %}{{ date_string }}'
        for date in (DATE, "03 Feb 2025"):
            pinned = pin_date(template, date)
            [text], _ = chat_template_utils.render_jinja_template([MESSAGES], chat_template=pinned)
            self.assertEqual(text, f"\n{date}")

    def test_pins_any_format_and_refuses_what_it_cannot_pin(self):
        self.assertEqual(pin_date("{{ strftime_now('%Y-%m-%d') }}", DATE), '{{ "2024-07-26" }}')
        self.assertEqual(pin_date("{{ bos_token }}", DATE), "{{ bos_token }}")
        with self.assertRaisesRegex(RuntimeError, "cannot be pinned"):
            pin_date("{{ strftime_now(format) }}", DATE)


if __name__ == "__main__":
    unittest.main()
