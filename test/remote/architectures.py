"""Vision-language models for the tests: their configurations at real size, and tiny ones with processors.

The sizes are those of the models that are named beside them, from their config.json on the Hub.
"""

from collections.abc import Callable

from tiny_config import tiny_config, tiny_model
from tiny_models.tokenizer import CHAT_TEMPLATE, IMAGE, VIDEO, VISION_END, VISION_START, build_tokenizer
from transformers import (
    Gemma3Config,
    Gemma3ImageProcessor,
    Gemma3Processor,
    Glm4vConfig,
    Glm4vImageProcessor,
    Glm4vProcessor,
    Glm4vVideoProcessor,
    GotOcr2ImageProcessor,
    Idefics3Config,
    Idefics3ImageProcessor,
    Idefics3Processor,
    InternVLConfig,
    InternVLProcessor,
    InternVLVideoProcessor,
    LlavaConfig,
    LlavaNextConfig,
    LlavaNextImageProcessor,
    LlavaNextProcessor,
    LlavaOnevisionConfig,
    LlavaOnevisionImageProcessor,
    LlavaOnevisionProcessor,
    LlavaOnevisionVideoProcessor,
    Mistral3Config,
    MllamaConfig,
    MllamaImageProcessor,
    MllamaProcessor,
    PixtralImageProcessor,
    PixtralProcessor,
    PretrainedConfig,
    PreTrainedTokenizerFast,
    ProcessorMixin,
    Qwen2_5_VLConfig,
    Qwen2_5_VLProcessor,
    Qwen2VLConfig,
    Qwen2VLImageProcessor,
    Qwen2VLProcessor,
    Qwen2VLVideoProcessor,
    Qwen3VLConfig,
    Qwen3VLProcessor,
    Qwen3VLVideoProcessor,
    SmolVLMConfig,
)

FAKE, GLOBAL, UTTERANCE = "<fake_token_around_image>", "<global-img>", "<end_of_utterance>"  # of Idefics3
START, END_OF_PICTURE, BREAK = "<|start|>", "<|picture-end|>", "<|break|>"
TILES = [384 * i for i in range(1, 7)]


def layers(hidden: int, count: int, heads: int, groups: int, feed_forward: int, vocabulary: int, **more) -> dict:
    """Sizes of a language model."""
    return dict(
        hidden_size=hidden,
        num_hidden_layers=count,
        num_attention_heads=heads,
        num_key_value_heads=groups,
        intermediate_size=feed_forward,
        vocab_size=vocabulary,
        **more,
    )


def encoder(hidden: int, count: int, heads: int, feed_forward: int, picture: int, patch: int, **more) -> dict:
    """Sizes of a vision encoder."""
    return dict(
        hidden_size=hidden,
        num_hidden_layers=count,
        num_attention_heads=heads,
        intermediate_size=feed_forward,
        image_size=picture,
        patch_size=patch,
        **more,
    )


def positions(*sections: int, **more) -> dict:
    """Multimodal rotary positions."""
    return {"rope_type": "default", "rope_theta": 1e6, "mrope_section": list(sections), **more}


QWEN2_7B = layers(3584, 28, 28, 4, 18944, 152064)
REAL: dict[str, Callable[[], PretrainedConfig]] = {
    "mllama": lambda: MllamaConfig(  # Llama-3.2-11B-Vision
        text_config=layers(4096, 40, 32, 8, 14336, 128256, cross_attention_layers=[3, 8, 13, 18, 23, 28, 33, 38]),
        vision_config={
            **encoder(1280, 32, 16, 5120, 560, 14),
            "num_global_layers": 8,
            "intermediate_layers_indices": [3, 7, 15, 23, 30],
            "vision_output_dim": 7680,
        },
        image_token_index=128256,
    ),
    "qwen2_vl": lambda: Qwen2VLConfig(  # Qwen2-VL-7B
        text_config={**QWEN2_7B, "rope_parameters": positions(16, 24, 24)},
        vision_config={"depth": 32, "embed_dim": 1280, "hidden_size": 3584, "num_heads": 16, "patch_size": 14},
    ),
    "llava_onevision": lambda: LlavaOnevisionConfig(  # LLaVA-OneVision-7B
        text_config={"model_type": "qwen2", **QWEN2_7B},
        vision_config={
            "model_type": "siglip_vision_model",
            **encoder(1152, 26, 16, 4304, 384, 14),
            "vision_use_head": False,
        },
        image_grid_pinpoints=[[height, width] for height in TILES for width in TILES],
        image_token_index=151646,
    ),
    "qwen2_5_vl": lambda: Qwen2_5_VLConfig(  # Qwen2.5-VL-7B
        text_config={**QWEN2_7B, "rope_parameters": positions(16, 24, 24)},
        vision_config={
            "depth": 32,
            "hidden_size": 1280,
            "intermediate_size": 3420,
            "num_heads": 16,
            "out_hidden_size": 3584,
            "fullatt_block_indexes": [7, 15, 23, 31],
        },
    ),
    "qwen3_vl": lambda: Qwen3VLConfig(  # Qwen3-VL-8B
        text_config={
            **layers(4096, 36, 32, 8, 12288, 151936, head_dim=128),
            "rope_parameters": positions(24, 20, 20, mrope_interleaved=True),
        },
        vision_config={"out_hidden_size": 4096},
    ),
    "gemma3": lambda: Gemma3Config(  # Gemma 3 4B
        text_config=layers(2560, 34, 8, 4, 10240, 262208, head_dim=256, sliding_window=1024),
        vision_config={"model_type": "siglip_vision_model", **encoder(1152, 27, 16, 4304, 896, 14)},
    ),
    "smolvlm": lambda: SmolVLMConfig(  # SmolVLM2-2.2B
        text_config={"model_type": "llama", **layers(2048, 24, 32, 32, 8192, 49280)},
        vision_config=encoder(1152, 27, 16, 4304, 384, 14),
        image_token_id=49190,
        scale_factor=3,
    ),
    "idefics3": lambda: Idefics3Config(  # Idefics3-8B
        text_config={"model_type": "llama", **layers(4096, 32, 32, 8, 14336, 128259)},
        vision_config=encoder(1152, 27, 16, 4304, 364, 14),
    ),
    "llava_next": lambda: LlavaNextConfig(  # LLaVA-NeXT with Mistral 7B
        text_config={"model_type": "mistral", **layers(4096, 32, 32, 8, 14336, 32064, sliding_window=None)},
        vision_config={"model_type": "clip_vision_model", **encoder(1024, 24, 16, 4096, 336, 14)},
    ),
    "internvl": lambda: InternVLConfig(  # InternVL3-8B
        text_config={"model_type": "qwen2", **QWEN2_7B, "vocab_size": 151674},
        vision_config=encoder(1024, 24, 16, 4096, [448, 448], [14, 14]),
    ),
    "pixtral": lambda: LlavaConfig(  # Pixtral-12B
        text_config={
            "model_type": "mistral",
            **layers(5120, 40, 32, 8, 14336, 131072, head_dim=128, sliding_window=None),
        },
        vision_config={"model_type": "pixtral", **encoder(1024, 24, 16, 4096, 1024, 16, head_dim=64)},
        image_token_index=10,
        vision_feature_layer=-1,
        vision_feature_select_strategy="full",
    ),
    "mistral3": lambda: Mistral3Config(  # Mistral Small 3.1
        text_config={
            "model_type": "mistral",
            **layers(5120, 40, 32, 8, 32768, 131072, head_dim=128, sliding_window=None),
        },
        vision_config={"model_type": "pixtral", **encoder(1024, 24, 16, 4096, 1540, 14, head_dim=64)},
        tie_word_embeddings=False,
    ),
    "glm4v": lambda: Glm4vConfig(  # GLM-4.1V-9B
        text_config={
            **layers(4096, 40, 32, 2, 13696, 151552),
            "rope_parameters": positions(8, 12, 12, partial_rotary_factor=0.5),
        },
    ),
}


def new_tokenizer(picture: str) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer with the special tokens of all these processors.

    @param picture: what the chat template writes for a picture
    """
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=build_tokenizer([], picture).backend_tokenizer,
        pad_token="<|pad|>",
        bos_token="<|user|>",
        eos_token="<|end|>",
        chat_template=CHAT_TEMPLATE.replace("PICTURE", picture),
        extra_special_tokens={
            "image_token": IMAGE,
            "context_image_token": IMAGE,
            "video_token": VIDEO,
            "vision_start_token": VISION_START,
            "vision_end_token": VISION_END,
            "start_image_token": START,
            "end_image_token": END_OF_PICTURE,
            "boi_token": START,
            "eoi_token": END_OF_PICTURE,
        },
    )
    cells = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
    tokenizer.add_tokens(["<image>", FAKE, GLOBAL, UTTERANCE, BREAK, *cells], special_tokens=True)
    return tokenizer


def square(side: int) -> dict:
    return {"height": side, "width": side}


def mllama(config, tokenizer) -> ProcessorMixin:
    side = config.vision_config.image_size
    return MllamaProcessor(MllamaImageProcessor(size=square(side), max_image_tiles=4), tokenizer)


def qwen(processor: type, video: type, image: type = Qwen2VLImageProcessor) -> Callable:
    """The processors of the Qwen family and of GLM-4V, for pictures of up to 64 patches."""

    def make(config, tokenizer) -> ProcessorMixin:
        vision = config.vision_config
        area = (vision.patch_size * 8) ** 2
        sizes = {
            "size": {"shortest_edge": area // 4, "longest_edge": area},
            "patch_size": vision.patch_size,
            "temporal_patch_size": vision.temporal_patch_size,
            "merge_size": vision.spatial_merge_size,
        }
        return processor(image(**sizes), tokenizer, video(**sizes))

    return make


def llava_onevision(config, tokenizer) -> ProcessorMixin:
    side = config.vision_config.image_size
    return LlavaOnevisionProcessor(
        LlavaOnevisionImageProcessor(size=square(side), image_grid_pinpoints=config.image_grid_pinpoints),
        tokenizer,
        LlavaOnevisionVideoProcessor(size=square(side)),
        num_image_tokens=(side // config.vision_config.patch_size) ** 2,
        vision_feature_select_strategy="full",
    )


def llava_next(config, tokenizer) -> ProcessorMixin:
    side, patch = config.vision_config.image_size, config.vision_config.patch_size
    image = LlavaNextImageProcessor(
        size={"shortest_edge": side}, crop_size=square(side), image_grid_pinpoints=config.image_grid_pinpoints
    )
    return LlavaNextProcessor(image, tokenizer, patch, "default", num_additional_image_tokens=1)


def gemma3(config, tokenizer) -> ProcessorMixin:
    image = Gemma3ImageProcessor(size=square(config.vision_config.image_size))
    return Gemma3Processor(image, tokenizer, image_seq_length=config.mm_tokens_per_image)


def idefics3(config, tokenizer) -> ProcessorMixin:
    side, patch = config.vision_config.image_size, config.vision_config.patch_size
    image = Idefics3ImageProcessor(size={"longest_edge": side}, max_image_size={"longest_edge": side})
    return Idefics3Processor(image, tokenizer, image_seq_len=(side // patch // config.scale_factor) ** 2)


def internvl(config, tokenizer) -> ProcessorMixin:
    side = square(config.vision_config.image_size[0])
    return InternVLProcessor(
        GotOcr2ImageProcessor(size=side), tokenizer, InternVLVideoProcessor(size=side), config.image_seq_length
    )


def pixtral(config, tokenizer) -> ProcessorMixin:
    patch = config.vision_config.patch_size
    return PixtralProcessor(
        PixtralImageProcessor(size={"longest_edge": patch * 8}, patch_size=patch),
        tokenizer,
        patch,
        getattr(config, "spatial_merge_size", 1),
        image_token=IMAGE,
        image_break_token=BREAK,
        image_end_token=END_OF_PICTURE,
    )


MARKED = VISION_START + IMAGE + VISION_END
# For each type, what its template writes for a picture, and how its processor is made. SmolVLM's own processor needs
# the package num2words, for videos; that of Idefics3, which it comes from, does the same with pictures.
PROCESSORS: dict[str, tuple[str, Callable]] = {
    "mllama": (IMAGE, mllama),
    "qwen2_vl": (MARKED, qwen(Qwen2VLProcessor, Qwen2VLVideoProcessor)),
    "llava_onevision": (IMAGE, llava_onevision),
    "qwen2_5_vl": (MARKED, qwen(Qwen2_5_VLProcessor, Qwen2VLVideoProcessor)),
    "qwen3_vl": (MARKED, qwen(Qwen3VLProcessor, Qwen3VLVideoProcessor)),
    "gemma3": (START, gemma3),
    "smolvlm": ("<image>", idefics3),
    "idefics3": ("<image>", idefics3),
    "llava_next": (IMAGE, llava_next),
    "internvl": (IMAGE, internvl),
    "pixtral": (IMAGE, pixtral),
    "mistral3": (IMAGE, pixtral),
    "glm4v": (MARKED, qwen(Glm4vProcessor, Glm4vVideoProcessor, Glm4vImageProcessor)),
}
# What the token ids in a configuration stand for.
TOKENS = {
    "video_token_id": VIDEO,
    "video_token_index": VIDEO,
    "vision_start_token_id": VISION_START,
    "vision_end_token_id": VISION_END,
    "image_start_token_id": VISION_START,
    "image_end_token_id": VISION_END,
    "boi_token_index": START,
    "eoi_token_index": END_OF_PICTURE,
    "pad_token_id": "<|pad|>",
    "eos_token_id": "<|end|>",
    "bos_token_id": "<|user|>",
}
# What starts at zero, so that pictures would change nothing: Mllama's gates and Gemma 3's projector.
OPENED = ("_gate", "mm_input_projection_weight")


def save_tiny(kind: str, folder: str) -> None:
    """Writes a tiny model of a type, with its processor, as `load_base` reads it."""
    picture, new_processor = PROCESSORS[kind]
    tokenizer = new_tokenizer(picture)
    config = tiny_config(REAL[kind]())
    token = "<image>" if picture == "<image>" else IMAGE
    names = {**TOKENS, "image_token_id": token, "image_token_index": token}
    for part in (config, config.get_text_config()):
        for name in names.keys() & part.to_dict().keys():
            setattr(part, name, tokenizer.convert_tokens_to_ids(names[name]))
    model = tiny_model(config)
    for name, parameter in model.named_parameters():
        if name.endswith(OPENED):
            parameter.data.fill_(0.1)
    model.save_pretrained(folder)
    processor = new_processor(config, tokenizer)
    processor.chat_template = tokenizer.chat_template
    processor.save_pretrained(folder)
