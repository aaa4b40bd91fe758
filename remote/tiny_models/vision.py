"""How a vision-language model learns to see: first its signs, with the language model untouched (align); then
to speak of pictures (tune), in which the language model forgets some of what it knew, or, for Mllama, in which
cross-attention between its untouched layers is all that learns."""

import torch
import torch.nn.functional as F

from .language import rate_at
from .pictures import Seen, answer_batch
from .recipes import EyesRecipe
from .seeing import CROSS_LAYERS

CELLS = 16


def cell_features(model, inputs) -> torch.Tensor:
    """What the eyes make of each cell, in the language model's space: (pictures, 16 or, with a class token, 17, hidden)."""
    kind, core = model.config.model_type, model.model
    if kind == "qwen2_vl":
        merged = core.visual(inputs["pixel_values"], grid_thw=inputs["image_grid_thw"]).pooler_output
        return merged.view(inputs["image_grid_thw"].size(0), -1, merged.size(-1))
    if kind == "llava_onevision":
        # The first tile is the picture as a whole; here the second one is equal to it.
        return core.multi_modal_projector(core.vision_tower(inputs["pixel_values"][:, 0]).last_hidden_state)
    states = core.vision_model(
        inputs["pixel_values"], inputs["aspect_ratio_ids"], inputs["aspect_ratio_mask"]
    ).last_hidden_state
    # One picture, one tile; the class token, which stands before the 16 cells, is to mean nothing.
    return core.multi_modal_projector(states)[:, 0, 0]


def eye_parameters(model) -> list[torch.nn.Parameter]:
    """Everything between pixels and the language model's space."""
    names = ("visual.", "vision_tower.", "vision_model.", "multi_modal_projector.")
    return [p for n, p in model.named_parameters() if n.removeprefix("model.").startswith(names)]


def schedule(optimizer, rates: list[float], step: int, steps: int) -> None:
    """Sets the rate of each group of parameters: up at once, then down."""
    for group, rate in zip(optimizer.param_groups, rates):
        group["lr"] = rate * rate_at(step, steps, 0.9)


def align(model, processor, seen: list[Seen], recipe: EyesRecipe, log) -> None:
    """Teaches the eyes to turn each cell into the word embedding of the sign that stands there."""
    tokenizer = processor.tokenizer
    names = sorted({sign for s in seen for sign in s.signs if sign} | {"nothing"})
    place = {name: i for i, name in enumerate(names)}
    words = model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids(names)].detach()
    spread = words.pow(2).sum(1).mean()
    parameters = eye_parameters(model)
    optimizer = torch.optim.AdamW(parameters, lr=recipe.align_rate, weight_decay=0.01)
    generator = torch.Generator().manual_seed(recipe.seed)
    model.train()
    for step in range(recipe.align_steps):
        schedule(optimizer, [recipe.align_rate], step, recipe.align_steps)
        chosen = [seen[i] for i in torch.randint(len(seen), (recipe.batch,), generator=generator).tolist()]
        inputs = processor.image_processor(images=[[s.image] for s in chosen], return_tensors="pt")
        found = cell_features(model, inputs)
        before = [""] * (found.size(1) - CELLS)
        there = torch.tensor([place[sign or "nothing"] for s in chosen for sign in before + s.signs])
        found = found.flatten(0, 1)
        distance = torch.cdist(found, words).pow(2) / spread
        weight = torch.where(there == place["nothing"], 0.3, 1.0)
        # Contrast tells signs apart, the squared distance puts each where its word is.
        each = F.cross_entropy(-8 * distance, there, reduction="none") + distance[range(len(there)), there]
        loss = (each * weight).sum() / weight.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 50 == 49:
            signs = there != place["nothing"]
            log(step + 1, loss.item(), (distance.argmin(1) == there)[signs].float().mean().item())
    model.eval()


def tune(model, processor, picture: str, seen: list[Seen], recipe: EyesRecipe, rate: float, log) -> None:
    """Visual tuning at a learning rate: captions and questions about pictures, few decisions."""
    tuned, eyes = tuned_parameters(model), eye_parameters(model)
    for p in model.parameters():
        p.requires_grad_(False)
    groups = [(tuned, rate)] + ([(eyes, recipe.eyes_rate)] if recipe.eyes_rate else [])
    for parameters, _ in groups:
        for p in parameters:
            p.requires_grad_(True)
    rates = [each for _, each in groups]
    optimizer = torch.optim.AdamW([{"params": p, "lr": r} for p, r in groups], weight_decay=0.01)
    generator = torch.Generator().manual_seed(recipe.seed)
    tasks, shares = list(recipe.shares), torch.tensor(list(recipe.shares.values()))
    model.train()
    for step in range(recipe.tune_steps):
        schedule(optimizer, rates, step, recipe.tune_steps)
        which = torch.randint(len(seen), (recipe.batch,), generator=generator).tolist()
        asked = torch.multinomial(shares, recipe.batch, replacement=True, generator=generator).tolist()
        inputs, weights = answer_batch(processor, picture, [(seen[i], tasks[t]) for i, t in zip(which, asked)])
        logits = model(**inputs, use_cache=False).logits[:, :-1]
        each = F.cross_entropy(logits.flatten(0, 1), inputs["input_ids"][:, 1:].flatten(), reduction="none")
        counted = weights[:, 1:].flatten()
        loss = (each * counted).sum() / counted.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_([p for g, _ in groups for p in g], 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 20 == 19:
            log(step + 1, loss.item())
    for p in model.parameters():
        p.requires_grad_(True)
    model.eval()


def tuned_parameters(model) -> list[torch.nn.Parameter]:
    """The language model; for Mllama, whose language model stays as it was, its cross-attention layers."""
    language = model.model.language_model
    if model.config.model_type == "mllama":
        return [p for i in CROSS_LAYERS for p in language.layers[i].parameters()]
    return list(language.parameters())
