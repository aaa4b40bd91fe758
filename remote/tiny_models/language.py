"""The two tiny language models: small configurations of the real architectures, and their training."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedModel, Qwen2Config, Qwen2ForCausalLM

from .data import EncodedLine, batches, collate
from .muon import Muon
from .recipes import Cycle, LanguageRecipe

HIDDEN, LAYERS, HEADS, KV_HEADS, MLP = 128, 4, 4, 2, 384


def new_language_model(family: str, vocabulary: int, ids: dict[str, int], seed: int) -> PreTrainedModel:
    """An untrained Llama or Qwen2 of about 0.8 million parameters; embeddings are tied."""
    torch.manual_seed(seed)
    shape = dict(
        vocab_size=vocabulary,
        hidden_size=HIDDEN,
        intermediate_size=MLP,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        num_key_value_heads=KV_HEADS,
        max_position_embeddings=2048,
        tie_word_embeddings=True,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0},
        **ids,
    )
    if family == "llama":
        return LlamaForCausalLM(LlamaConfig(**shape))
    return Qwen2ForCausalLM(Qwen2Config(**shape))


def optimizers(model: torch.nn.Module, recipe: LanguageRecipe) -> list[torch.optim.Optimizer]:
    """Muon for the matrices in the layers, AdamW for all other parameters."""
    matrices = [p for n, p in model.named_parameters() if p.ndim == 2 and "embed" not in n]
    others = [p for n, p in model.named_parameters() if p.ndim != 2 or "embed" in n]
    return [
        Muon(matrices, lr=recipe.matrix_rate),
        torch.optim.AdamW(others, lr=recipe.other_rate, weight_decay=0.0, betas=(0.9, 0.95)),
    ]


def sequence_loss(model: PreTrainedModel, batch: list[EncodedLine], pad: int) -> torch.Tensor:
    """Weighted cross-entropy of each next token. Notes are added to the embeddings at their positions."""
    ids, weights, notes = collate(batch, pad)
    words = model.get_input_embeddings()
    inputs = words(ids) + words(notes.clamp(min=0)) * (notes >= 0).unsqueeze(-1)
    logits = model(inputs_embeds=inputs[:, :-1], use_cache=False).logits
    each = F.cross_entropy(logits.flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    counted = weights[:, 1:].flatten()
    return (each * counted).sum() / counted.sum()


def train_cycle(
    model: PreTrainedModel,
    text: list[EncodedLine],
    lists: list[EncodedLine],
    recipe: LanguageRecipe,
    cycle: Cycle,
    pad: int,
    log: Callable[[int, float], None],
) -> None:
    """One cycle of training on encoded text and lists. `log(step, loss)` is called every 50 steps and at the end."""
    generator = torch.Generator().manual_seed(cycle.seed)
    opts = optimizers(model, recipe)
    plain: list[list[EncodedLine]] = []
    listed: list[list[EncodedLine]] = []
    model.train()
    for step in range(cycle.steps):
        scale = rate_at(step, cycle.steps, cycle.decay)
        for opt, rate in zip(opts, (recipe.matrix_rate, recipe.other_rate)):
            for group in opt.param_groups:
                group["lr"] = rate * scale
        if step % recipe.list_every == recipe.list_every - 1:
            listed = listed or batches(lists, recipe.list_batch, generator)
            batch = listed.pop()
        else:
            plain = plain or batches(text, recipe.batch, generator)
            batch = plain.pop()
        loss = sequence_loss(model, batch, pad)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for opt in opts:
            opt.step()
            opt.zero_grad(set_to_none=True)
        if step % 50 == 49 or step == cycle.steps - 1:
            log(step + 1, loss.item())
    model.eval()


def rate_at(step: int, steps: int, decay: float) -> float:
    """The learning rate as a share of its peak: linear warm-up over 4 % of the steps, then constant, then linear decay
    to zero over the last `decay` of the steps."""
    up, down = max(1, int(0.04 * steps)), max(1, int(decay * steps))
    return min(1.0, (step + 1) / up, (steps - step) / down)
