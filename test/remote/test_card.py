"""The cards of the models in data/pocket say what card.py writes today."""

import unittest

from support import MODELS
from tiny_models.card import CONNECTION, DESCRIPTION, LANGUAGE_TRAINING, MEASURED, SCOPE, VISION_TRAINING
from tiny_models.recipes import LANGUAGE_OF


class Cards(unittest.TestCase):
    def test_say_what_card_py_writes(self):
        self.assertEqual(set(DESCRIPTION), {folder.name for folder in MODELS.iterdir()})
        for name, description in DESCRIPTION.items():
            card = (MODELS / name / "README.md").read_text(encoding="utf8")
            connection = CONNECTION if name == "mllama" else ""
            training = VISION_TRAINING.format(connection=connection) if name in LANGUAGE_OF else LANGUAGE_TRAINING
            self.assertIn(f"# {name} (tiny)\n\n{description}. {SCOPE}\n", card)
            self.assertIn(f"## How it was trained\n\n{training}\n\n", card)
            self.assertIn(f"{MEASURED}\n\n", card)


if __name__ == "__main__":
    unittest.main()
