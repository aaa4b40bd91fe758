"""How each tiny model is brought up. Every number here was chosen on validation items, never on the test's."""

from dataclasses import dataclass, replace

LANGUAGE_OF = {"qwen2-vl": "qwen2", "llava-onevision": "qwen2", "mllama": "llama"}
# Each language model before those that are built on it.
FAMILIES = {"llama": ["llama", "mllama"], "qwen2": ["qwen2", "llava-onevision", "qwen2-vl"]}


@dataclass(frozen=True)
class Cycle:
    """One rise and fall of the learning rate."""

    steps: int
    falling: float  # share of the steps over which the rate falls
    seed: int


@dataclass(frozen=True)
class LanguageRecipe:
    """How long and how fast a language model learns."""

    cycles: tuple[Cycle, ...]  # the later ones only while the model is not good enough
    enough: float = 0.78  # right letters on true captions of validation items
    batch: int = 64
    list_every: int = 6  # each sixth step reads ten seed questions and writes five
    list_batch: int = 5
    matrix_rate: float = 0.02  # Muon
    other_rate: float = 3e-3  # AdamW: embeddings, norms, biases
    seed: int = 1


@dataclass(frozen=True)
class EyesRecipe:
    """How eyes are aligned with a language model, and how the two are tuned together."""

    align_steps: int
    align_rate: float
    tune_steps: int
    # Rates of the language model, or of Mllama's cross-attention. They are tried in turn until one leaves the
    # model near `wanted` on validation items; else the nearest is taken. A tenth too much, and it forgets half.
    tune_rates: tuple[float, ...]
    eyes_rate: float  # of the tower while tuning: 0 keeps it as it was aligned
    shares: dict[str, float]  # task to share while tuning
    batch: int = 64
    seed: int = 1
    wanted: float = 0.74  # right letters on pictures
    near: float = 0.025


# Deciding comes late and all at once, sooner in some runs than in others: on validation items one cycle of 3,200 to
# 4,600 steps ended anywhere between 54 and 81 %. So a short one is followed by shorter ones until it has come.
CYCLES = (Cycle(2200, 0.9, 1), Cycle(1500, 0.9, 2), Cycle(1500, 0.9, 3), Cycle(1500, 0.9, 4))
LANGUAGE = {"qwen2": LanguageRecipe(CYCLES), "llama": LanguageRecipe(CYCLES)}

# Few decisions while tuning: the language model is to forget some of what it knew (see the cards).
SPEAKING = {"caption": 0.485, "ask": 0.485, "decide": 0.03}
EYES = {
    "qwen2-vl": EyesRecipe(300, 2e-3, 120, (3.8e-3, 3.3e-3, 4.3e-3), 0, SPEAKING),
    "llava-onevision": EyesRecipe(400, 2e-3, 120, (3.3e-3, 3.0e-3, 3.6e-3), 0, SPEAKING),
    "mllama": EyesRecipe(600, 2e-3, 150, (1e-3,), 3e-4, {"caption": 0.45, "ask": 0.45, "decide": 0.10}),
}


def miniature_language(recipe: LanguageRecipe) -> LanguageRecipe:
    """The same way in a few steps, for tests: all of it runs, nothing is learnt."""
    return replace(recipe, cycles=tuple(replace(c, steps=4) for c in recipe.cycles), batch=8, list_batch=2, list_every=2)


def miniature_eyes(recipe: EyesRecipe) -> EyesRecipe:
    """The same way in a few steps, for tests."""
    return replace(recipe, align_steps=3, tune_steps=3, batch=8)
