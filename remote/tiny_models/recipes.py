"""How each tiny model is trained. Every number here was chosen on validation items, never on test items."""

from dataclasses import dataclass, replace

LANGUAGE_OF = {"qwen2-vl": "qwen2", "llava-onevision": "qwen2", "mllama": "llama"}
# Each language model comes before the models that are built on it.
FAMILIES = {"llama": ["llama", "mllama"], "qwen2": ["qwen2", "llava-onevision", "qwen2-vl"]}


@dataclass(frozen=True)
class Cycle:
    """One rise and fall of the learning rate."""

    steps: int
    decay: float  # share of the steps over which the rate falls
    seed: int


@dataclass(frozen=True)
class LanguageRecipe:
    """How a language model is trained."""

    cycles: tuple[Cycle, ...]  # training stops after the first cycle that reaches the target
    target: float = 0.78  # accuracy on true captions of validation items
    batch: int = 64
    list_every: int = 6  # every sixth step trains on lists: ten seed questions in the prompt, five in the reply
    list_batch: int = 5
    matrix_rate: float = 0.02  # Muon
    other_rate: float = 3e-3  # AdamW: embeddings, norms, biases
    seed: int = 1


@dataclass(frozen=True)
class Connection:
    """How Mllama's cross-attention and vision encoder are trained, with the language model frozen as in the real one."""

    steps: int
    rate: float
    vision_encoder_rate: float
    shares: dict[str, float]  # of each task


@dataclass(frozen=True)
class VisionRecipe:
    """How a vision encoder is aligned with a language model, and how the language model is then tuned on pictures."""

    align_steps: int
    align_rate: float
    tune_steps: int
    # The language model's rate with which the search for the target begins. The choice is delicate: a rate a tenth too
    # high makes the model forget half of what it knew.
    tune_rate: float
    shares: dict[str, float]  # of each task while tuning
    connection: Connection | None = None  # between alignment and tuning, for Mllama only
    batch: int = 64
    seed: int = 1
    # Rates are tried until the accuracy on pictures of validation items is within `tolerance` of `target`, at most
    # `tries` of them; else the closest is taken.
    target: float = 0.74
    tolerance: float = 0.025
    tries: int = 8


# Models learn to decide late and suddenly, at a step that varies between runs: on validation items, one cycle of
# 3,200 to 4,600 steps ended anywhere between 54 and 81 %. So a short cycle is followed by more until it has happened.
CYCLES = (Cycle(2200, 0.9, 1), Cycle(1500, 0.9, 2), Cycle(1500, 0.9, 3), Cycle(1500, 0.9, 4))
LANGUAGE = {"qwen2": LanguageRecipe(CYCLES), "llama": LanguageRecipe(CYCLES)}

# Few decisions while tuning: the language model is meant to forget some of what it knew (see the model cards).
MOSTLY_DESCRIBING = {"caption": 0.485, "ask": 0.485, "decide": 0.03}
MLLAMA_CONNECTION = Connection(150, 3e-4, 3e-4, {"caption": 0.45, "ask": 0.45, "decide": 0.10})
VISION = {
    "qwen2-vl": VisionRecipe(300, 2e-3, 120, 3.8e-3, MOSTLY_DESCRIBING),
    "llava-onevision": VisionRecipe(400, 2e-3, 120, 3.3e-3, MOSTLY_DESCRIBING),
    "mllama": VisionRecipe(600, 2e-3, 60, 1.5e-3, MOSTLY_DESCRIBING, MLLAMA_CONNECTION, target=0.67),
}


def miniature_language(recipe: LanguageRecipe) -> LanguageRecipe:
    """The same recipe with a few steps of everything, for tests. The model learns nothing."""
    return replace(recipe, cycles=tuple(replace(c, steps=4) for c in recipe.cycles), batch=8, list_batch=2, list_every=2)


def miniature_vision(recipe: VisionRecipe) -> VisionRecipe:
    """The same recipe with a few steps of everything, for tests."""
    connection = recipe.connection and replace(recipe.connection, steps=3)
    return replace(recipe, align_steps=3, connection=connection, tune_steps=3, batch=8)
