"""The search for a learning rate: how much a model forgets while it learns to see depends on it, and not smoothly."""

from collections.abc import Callable

from report import report

from .recipes import VisionRecipe


def tune_to_target(recipe: VisionRecipe, model, tune: Callable[[float], None], measure: Callable[[], float]) -> float:
    """Tunes from the same start at one learning rate after another, until the accuracy is close enough to the target.

    Leaves the model as the rate with the closest accuracy left it, and returns that rate.
    """
    start = {name: value.clone() for name, value in model.state_dict().items()}
    tried: list[tuple[float, float, dict]] = []
    rates = {}  # by rate, the accuracy
    while len(tried) < recipe.tries:
        rate = next_rate(recipe, rates)
        model.load_state_dict(start)
        tune(rate)
        rates[rate] = measure()
        report("progress", task="tune", rate=rate, right=rates[rate])
        distance = abs(rates[rate] - recipe.target)
        tried.append((distance, rate, {n: v.clone() for n, v in model.state_dict().items()}))
        if distance <= recipe.tolerance:
            break
    _, rate, state = min(tried, key=lambda one: one[0])
    model.load_state_dict(state)
    return rate


def next_rate(recipe: VisionRecipe, rates: dict[float, float]) -> float:
    """The rate to try next: between one that forgets too little and one that forgets too much, once there are both."""
    if not rates:
        return recipe.tune_rate
    too_low = max((rate for rate, accuracy in rates.items() if accuracy > recipe.target), default=None)
    too_high = min((rate for rate, accuracy in rates.items() if accuracy <= recipe.target), default=None)
    if too_low is None:
        return float(f"{too_high * 0.85:.3g}")
    if too_high is None:
        return float(f"{too_low * 1.15:.3g}")
    return float(f"{(too_low * too_high) ** 0.5:.3g}")
