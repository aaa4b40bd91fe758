"""The search for the learning rate at which a tiny model forgets as much as it should."""

import unittest
from dataclasses import replace

import torchvision_shim  # noqa: F401 - before transformers
from tiny_models.recipes import VISION


class TuneSearchTest(unittest.TestCase):
    def search(self, accuracy, **changes):
        """Searches with a made-up accuracy per rate; gives the rates tried and the one taken."""
        from tiny_models.search import tune_to_target

        recipe = replace(VISION["qwen2-vl"], **changes)
        tried = []
        model = FakeModel()

        def tune(rate):
            tried.append(rate)
            model.rate = rate

        rate = tune_to_target(recipe, model, tune, lambda: accuracy(model.rate))
        return tried, rate, model.rate

    def test_takes_the_first_rate_that_is_close_enough(self):
        tried, rate, left = self.search(lambda _: 0.73)
        self.assertEqual((tried, rate, left), ([3.8e-3], 3.8e-3, 3.8e-3))

    def test_narrows_down_a_cliff_from_either_side(self):
        cliff = lambda rate: max(0.2, min(0.86, 0.74 + (2.1e-3 - rate) * 400))
        for start in (1.0e-3, 4.5e-3):
            tried, rate, left = self.search(cliff, tune_rate=start)
            self.assertLessEqual(abs(cliff(rate) - 0.74), 0.025)
            self.assertLessEqual(len(tried), 8)
            self.assertEqual(left, rate)

    def test_takes_the_closest_where_none_is_close_enough(self):
        jump = lambda rate: 0.84 if rate < 3e-3 else 0.5
        tried, rate, left = self.search(jump, tries=4)
        self.assertEqual(len(tried), 4)
        self.assertLess(rate, 3e-3)
        self.assertEqual(left, rate)


class FakeModel:
    """Has its rate as its only state."""

    rate = 0.0

    def state_dict(self):
        return {"rate": FakeTensor(self.rate)}

    def load_state_dict(self, state):
        self.rate = state["rate"].value


class FakeTensor:
    def __init__(self, value):
        self.value = value

    def clone(self):
        return FakeTensor(self.value)


if __name__ == "__main__":
    unittest.main()
