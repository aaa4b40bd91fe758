"""The three tiny vision-language models: small configurations of the real architectures, each with a language model.

Each starts with its language model's weights. Pictures have 64 × 64 pixels. A patch, or for Qwen2-VL four merged
patches, is one cell of the picture's 4 × 4 grid.
"""

import torch
from transformers import (
    LlavaOnevisionConfig,
    LlavaOnevisionForConditionalGeneration,
    LlavaOnevisionImageProcessor,
    LlavaOnevisionProcessor,
    LlavaOnevisionVideoProcessor,
    MllamaConfig,
    MllamaForConditionalGeneration,
    MllamaImageProcessor,
    MllamaProcessor,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    ProcessorMixin,
    Qwen2VLConfig,
    Qwen2VLForConditionalGeneration,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    SiglipVisionConfig,
)

from .tokenizer import IMAGE, VIDEO, VISION_END, VISION_START

PIXELS, CELL = 64, 16
MEAN_STD = dict(image_mean=[0.5, 0.5, 0.5], image_std=[0.5, 0.5, 0.5])
# Indices of Mllama's cross-attention layers among its six text layers. In the real model: 3, 8, … 38 of 40.
CROSS_LAYERS = [0, 3]


def text_shape(language: PreTrainedModel) -> dict:
    """The settings of a text configuration that come from the language model."""
    names = (
        "vocab_size hidden_size intermediate_size num_attention_heads num_key_value_heads rms_norm_eps "
        "max_position_embeddings pad_token_id eos_token_id bos_token_id"
    )
    return {name: getattr(language.config, name) for name in names.split()}


def build_qwen2_vl(language: PreTrainedModel, tokenizer: PreTrainedTokenizerFast):
    """Qwen2-VL: dynamic resolution, four 8 × 8 patches merged into one token, multimodal rotary positions."""
    rope = {"rope_type": "default", "rope_theta": 10000.0, "mrope_section": [4, 6, 6]}
    layers = language.config.num_hidden_layers
    config = Qwen2VLConfig(
        text_config={**text_shape(language), "num_hidden_layers": layers, "rope_parameters": rope},
        vision_config=dict(
            depth=2, embed_dim=96, hidden_size=language.config.hidden_size, num_heads=4, mlp_ratio=2, patch_size=8
        ),
        image_token_id=tokenizer.convert_tokens_to_ids(IMAGE),
        video_token_id=tokenizer.convert_tokens_to_ids(VIDEO),
        vision_start_token_id=tokenizer.convert_tokens_to_ids(VISION_START),
        vision_end_token_id=tokenizer.convert_tokens_to_ids(VISION_END),
        tie_word_embeddings=True,
    )
    model = Qwen2VLForConditionalGeneration(config)
    model.model.language_model.load_state_dict(language.model.state_dict())
    sizes = dict(patch_size=8, merge_size=2, temporal_patch_size=2, **MEAN_STD)
    area = {"shortest_edge": PIXELS * PIXELS, "longest_edge": 4 * PIXELS * PIXELS}
    processor = Qwen2VLProcessor(
        Qwen2VLImageProcessor(size=area, **sizes),
        tokenizer,
        Qwen2VLVideoProcessor(size=area, **sizes),
        chat_template=tokenizer.chat_template,
    )
    return model, processor


def build_llava_onevision(language: PreTrainedModel, tokenizer: PreTrainedTokenizerFast):
    """LLaVA-OneVision: a SigLIP vision encoder and a two-layer projector; the picture as a whole and as one tile."""
    vision = SiglipVisionConfig(
        hidden_size=96,
        intermediate_size=192,
        num_hidden_layers=2,
        num_attention_heads=4,
        image_size=PIXELS,
        patch_size=CELL,
        vision_use_head=False,
    )
    config = LlavaOnevisionConfig(
        vision_config=vision,
        text_config=language.config,
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
        video_token_index=tokenizer.convert_tokens_to_ids(VIDEO),
        image_grid_pinpoints=[[PIXELS, PIXELS]],
        vision_feature_layer=-1,
        tie_word_embeddings=True,
    )
    model = LlavaOnevisionForConditionalGeneration(config)
    model.model.language_model.load_state_dict(language.model.state_dict())
    nothing = language.get_input_embeddings().weight[tokenizer.convert_tokens_to_ids("nothing")]
    model.model.image_newline.data.copy_(nothing.detach())
    square = {"height": PIXELS, "width": PIXELS}
    processor = LlavaOnevisionProcessor(
        LlavaOnevisionImageProcessor(size=square, image_grid_pinpoints=[[PIXELS, PIXELS]], **MEAN_STD),
        tokenizer,
        LlavaOnevisionVideoProcessor(size=square, **MEAN_STD),
        num_image_tokens=(PIXELS // CELL) ** 2,
        vision_feature_select_strategy="full",
        chat_template=tokenizer.chat_template,
    )
    return model, processor


def build_mllama(language: PreTrainedModel, tokenizer: PreTrainedTokenizerFast):
    """Mllama: the language model's layers and two cross-attention layers with open gates."""
    layers = language.config.num_hidden_layers + len(CROSS_LAYERS)
    config = MllamaConfig(
        vision_config=dict(
            hidden_size=64,
            intermediate_size=128,
            num_hidden_layers=2,
            num_global_layers=1,
            attention_heads=4,
            image_size=PIXELS,
            patch_size=CELL,
            max_num_tiles=1,
            supported_aspect_ratios=[[1, 1]],
            intermediate_layers_indices=[0],
            vision_output_dim=128,
        ),
        text_config={
            **text_shape(language),
            "num_hidden_layers": layers,
            "cross_attention_layers": CROSS_LAYERS,
            "rope_parameters": {"rope_type": "default", "rope_theta": 10000.0},
        },
        image_token_index=tokenizer.convert_tokens_to_ids(IMAGE),
    )
    model = MllamaForConditionalGeneration(config)
    take_llama(model, language)
    image = MllamaImageProcessor(
        size={"height": PIXELS, "width": PIXELS}, max_image_tiles=1, **MEAN_STD
    )
    return model, MllamaProcessor(image, tokenizer, chat_template=tokenizer.chat_template)


@torch.no_grad()
def take_llama(model: MllamaForConditionalGeneration, language: PreTrainedModel) -> None:
    """Copies a Llama into the self-attention layers, in order. Gates start at 1; those of the real model start at 0."""
    text = model.model.language_model
    words = language.model.embed_tokens.weight
    text.embed_tokens.weight[: words.size(0)].copy_(words)
    model.lm_head.weight.copy_(words)
    text.norm.load_state_dict(language.model.norm.state_dict())
    own = [i for i in range(len(text.layers)) if i not in CROSS_LAYERS]
    for i, layer in zip(own, language.model.layers):
        text.layers[i].load_state_dict(layer.state_dict())
    for i in CROSS_LAYERS:
        text.layers[i].cross_attn_attn_gate.fill_(1.0)
        text.layers[i].cross_attn_mlp_gate.fill_(1.0)


BUILDERS = {"qwen2-vl": build_qwen2_vl, "llava-onevision": build_llava_onevision, "mllama": build_mllama}


def build(model_id: str, language: PreTrainedModel, tokenizer, seed: int) -> tuple[PreTrainedModel, ProcessorMixin]:
    """A vision-language model with a new vision encoder, and `language` as its language model."""
    torch.manual_seed(seed)
    return BUILDERS[model_id](language, tokenizer)
