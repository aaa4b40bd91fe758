"""The stages of training a vision-language model on pictures.

`align` trains the vision encoder to recognise icons, with the language model frozen. `connect`, for Mllama only, trains
its cross-attention and its vision encoder, with the language model still frozen. `tune` trains the language model on
captions and questions about pictures; it forgets some of what it knew.
"""

import torch
import torch.nn.functional as F

from .language import rate_at
from .pictures import Picture, answer_batch
from .recipes import Connection, VisionRecipe
from .vision_language_model import CROSS_LAYERS

CELLS = 16


def cell_features(model, inputs) -> torch.Tensor:
    """The vision encoder's output per cell, in the language model's space: (pictures, cells, hidden).

    There are 16 cells, and for Mllama a class token before them.
    """
    kind, core = model.config.model_type, model.model
    if kind == "qwen2_vl":
        merged = core.visual(inputs["pixel_values"], grid_thw=inputs["image_grid_thw"]).pooler_output
        return merged.view(inputs["image_grid_thw"].size(0), -1, merged.size(-1))
    if kind == "llava_onevision":
        # The first tile is the whole picture; the second is the same here.
        return core.multi_modal_projector(core.vision_tower(inputs["pixel_values"][:, 0]).last_hidden_state)
    states = core.vision_model(
        inputs["pixel_values"], inputs["aspect_ratio_ids"], inputs["aspect_ratio_mask"]
    ).last_hidden_state
    # One picture with one tile; the class token before the 16 cells is trained to mean "nothing".
    return core.multi_modal_projector(states)[:, 0, 0]


def vision_parameters(model) -> list[torch.nn.Parameter]:
    """The parameters of the vision encoder and the projector."""
    names = ("visual.", "vision_tower.", "vision_model.", "multi_modal_projector.")
    return [p for n, p in model.named_parameters() if n.removeprefix("model.").startswith(names)]


def schedule(optimizer, rates: list[float], step: int, steps: int) -> None:
    """Sets the learning rate of each group of parameters: a short warm-up, then linear decay."""
    for group, rate in zip(optimizer.param_groups, rates):
        group["lr"] = rate * rate_at(step, steps, 0.9)


def align(model, processor, pictures: list[Picture], recipe: VisionRecipe, log) -> None:
    """Trains the vision encoder to output, for each cell, the word embedding of the icon in it."""
    tokenizer = processor.tokenizer
    names = sorted({icon for p in pictures for icon in p.icons if icon} | {"nothing"})
    place = {name: i for i, name in enumerate(names)}
    words = model.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids(names)].detach()
    spread = words.pow(2).sum(1).mean()
    parameters = vision_parameters(model)
    optimizer = torch.optim.AdamW(parameters, lr=recipe.align_rate, weight_decay=0.01)
    generator = torch.Generator().manual_seed(recipe.seed)
    model.train()
    for step in range(recipe.align_steps):
        schedule(optimizer, [recipe.align_rate], step, recipe.align_steps)
        chosen = [pictures[i] for i in torch.randint(len(pictures), (recipe.batch,), generator=generator).tolist()]
        inputs = processor.image_processor(images=[[p.image] for p in chosen], return_tensors="pt")
        found = cell_features(model, inputs)
        before = [""] * (found.size(1) - CELLS)
        there = torch.tensor([place[icon or "nothing"] for p in chosen for icon in before + p.icons])
        found = found.flatten(0, 1)
        distance = torch.cdist(found, words).pow(2) / spread
        weight = torch.where(there == place["nothing"], 0.3, 1.0)
        # The contrastive term separates icons; the squared distance moves each to its word embedding.
        each = F.cross_entropy(-8 * distance, there, reduction="none") + distance[range(len(there)), there]
        loss = (each * weight).sum() / weight.sum()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % 50 == 49:
            icons = there != place["nothing"]
            log(step + 1, loss.item(), (distance.argmin(1) == there)[icons].float().mean().item())
    model.eval()


def connect(model, processor, tokens: str, pictures: list[Picture], recipe: VisionRecipe, log) -> None:
    """Trains Mllama's cross-attention and its vision encoder by the recipe's connection."""
    connection: Connection = recipe.connection
    cross = [p for i in CROSS_LAYERS for p in model.model.language_model.layers[i].parameters()]
    groups = [(cross, connection.rate), (vision_parameters(model), connection.vision_encoder_rate)]
    train_on_pictures(model, processor, tokens, pictures, groups, connection.steps, connection.shares, recipe, log)


def tune(model, processor, tokens: str, pictures: list[Picture], recipe: VisionRecipe, rate: float, log) -> None:
    """Trains the language model at a learning rate on captions and questions about pictures, with few decisions."""
    groups = [(language_parameters(model), rate)]
    train_on_pictures(model, processor, tokens, pictures, groups, recipe.tune_steps, recipe.shares, recipe, log)


def language_parameters(model) -> list[torch.nn.Parameter]:
    """The language model's parameters, without Mllama's cross-attention layers."""
    language = model.model.language_model
    if model.config.model_type != "mllama":
        return list(language.parameters())
    own = [layer for i, layer in enumerate(language.layers) if i not in CROSS_LAYERS]
    return [p for layer in own for p in layer.parameters()]


def train_on_pictures(
    model,
    processor,
    tokens: str,
    pictures: list[Picture],
    groups: list[tuple[list[torch.nn.Parameter], float]],
    steps: int,
    shares: dict[str, float],
    recipe: VisionRecipe,
    log,
) -> None:
    """Trains groups of parameters, each at its learning rate, on tasks about pictures. The others stay frozen.

    @param shares: how often each task is drawn
    """
    for p in model.parameters():
        p.requires_grad_(False)
    for parameters, _ in groups:
        for p in parameters:
            p.requires_grad_(True)
    rates = [each for _, each in groups]
    optimizer = torch.optim.AdamW([{"params": p, "lr": r} for p, r in groups], weight_decay=0.01)
    generator = torch.Generator().manual_seed(recipe.seed)
    tasks, weights_of_tasks = list(shares), torch.tensor(list(shares.values()))
    model.train()
    for step in range(steps):
        schedule(optimizer, rates, step, steps)
        which = torch.randint(len(pictures), (recipe.batch,), generator=generator).tolist()
        chosen = torch.multinomial(weights_of_tasks, recipe.batch, replacement=True, generator=generator).tolist()
        inputs, weights = answer_batch(processor, tokens, [(pictures[i], tasks[t]) for i, t in zip(which, chosen)])
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
