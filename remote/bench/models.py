"""Models to measure: a tiny one of the kit, or a real configuration with random weights, which is as fast."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "remote"))

import torch  # noqa: E402
from loading import Base, load_base, model_class  # noqa: E402
from transformers import AutoConfig  # noqa: E402

QWEN2 = {
    "hidden_size": 3584,
    "intermediate_size": 18944,
    "num_hidden_layers": 28,
    "num_attention_heads": 28,
    "num_key_value_heads": 4,
    "vocab_size": 152064,
}
# From the models' config.json on the Hub. What is not named is the default of transformers' class.
REAL = {
    "qwen2-vl-7b": (
        "qwen2_vl",
        {"text_config": {**QWEN2, "rope_parameters": {"rope_type": "default", "rope_theta": 1e6, "mrope_section": [16, 24, 24]}}},
    ),
    "llama-3.2-11b-vision": ("mllama", {"text_config": {"rope_parameters": {"rope_type": "default", "rope_theta": 5e5}}}),
    "llava-onevision-7b": ("llava_onevision", {"text_config": {"model_type": "qwen2", **QWEN2, "vocab_size": 152000}}),
}


class NoTokenizer:
    """Stands for the tokenizer of a model whose samples are made of random tokens."""

    pad_token_id = 0
    chat_template = None

    def convert_ids_to_tokens(self, token: int) -> str:
        return str(token)


def model_of(name: str) -> Base:
    """A model by the name of a folder in data/pocket/models, or of REAL; on the GPU if there is one."""
    if name not in REAL:
        return load_base(str(ROOT / "data/pocket/models" / name), "float32")
    kind, given = REAL[name]
    config = AutoConfig.for_model(kind, **given)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = model_class(config).from_config(config, dtype=torch.bfloat16)
    return Base(name, model.eval(), NoTokenizer(), False, "", None, None, {})


def language_parameters(model: torch.nn.Module) -> int:
    """Parameters of the language model that each token of a text passes through; embeddings are looked up only."""
    decoder = model.get_decoder()
    decoder = getattr(decoder, "text_model", decoder)
    cross = set(getattr(model.config.get_text_config(), "cross_attention_layers", None) or [])
    return sum(p.numel() for i, layer in enumerate(decoder.layers) if i not in cross for p in layer.parameters())
