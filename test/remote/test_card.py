"""The cards of the models in data/pocket say what card.py writes today."""

import unittest

from support import MODELS
from tiny_models.card import DESCRIPTION, LANGUAGE_DURING_TUNING, LANGUAGE_TRAINING, MEASURED, SCOPE, VISION_TRAINING


class Cards(unittest.TestCase):
    def test_say_what_card_py_writes(self):
        self.assertEqual(set(DESCRIPTION), {folder.name for folder in MODELS.iterdir()})
        for name, description in DESCRIPTION.items():
            card = (MODELS / name / "README.md").read_text(encoding="utf8")
            language = LANGUAGE_DURING_TUNING.get(name)
            training = VISION_TRAINING.format(language=language) if language else LANGUAGE_TRAINING
            self.assertIn(f"# {name} (tiny)\n\n{description}. {SCOPE}\n", card)
            self.assertIn(f"## How it was trained\n\n{training}\n\n", card)
            self.assertIn(f"{MEASURED}\n\n", card)


if __name__ == "__main__":
    unittest.main()
