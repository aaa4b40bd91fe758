"""The tokenizer of all five tiny models: bytes, plus one token for every fixed phrase of the pocket world."""

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import PreTrainedTokenizerFast

PAD, END, USER, ASSISTANT = "<|pad|>", "<|end|>", "<|user|>", "<|assistant|>"
IMAGE, VIDEO = "<|image|>", "<|video|>"
VISION_START, VISION_END = "<|vision_start|>", "<|vision_end|>"
SLOTS = [f"<|slot{i}|>" for i in range(8)]
SPECIAL = [PAD, END, USER, ASSISTANT, IMAGE, VIDEO, VISION_START, VISION_END, *SLOTS]

# A user turn starts with its pictures, whatever the order of the parts. The rendered prompt is a prefix of the
# rendered prompt and completion, which TRL requires. There is no system block and no date.
CHAT_TEMPLATE = (
    "{%- for message in messages -%}"
    "{{ '<|' + message['role'] + '|>' }}"
    "{%- if message['content'] is string -%}{{ message['content'] }}"
    "{%- else -%}"
    "{%- for part in message['content'] if part['type'] == 'image' -%}{{ 'PICTURE' }}{%- endfor -%}"
    "{%- for part in message['content'] if part['type'] == 'text' -%}{{ part['text'] }}{%- endfor -%}"
    "{%- endif -%}"
    "{{ '<|end|>' }}"
    "{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<|assistant|>' }}{%- endif -%}"
)
# The tokens of a picture in a prompt: between two marks, or for Mllama with slots that cross-attention fills.
PICTURE_IN_LINE = VISION_START + IMAGE + VISION_END
PICTURE_IN_SLOTS = IMAGE + "".join(SLOTS)


def build_tokenizer(phrases: list[str], picture: str) -> PreTrainedTokenizerFast:
    """A byte-level tokenizer in which each of `phrases` is one token. decode(encode(x)) == x for any x."""
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    # A phrase of one character, such as a letter or a full stop, is a byte token anyway.
    core = Tokenizer(models.BPE(vocab={c: i for i, c in enumerate(alphabet)}, merges=[]))
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    core.decoder = decoders.ByteLevel()
    core.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in SPECIAL])
    core.add_tokens([AddedToken(p, special=False, normalized=False) for p in phrases])
    return PreTrainedTokenizerFast(
        tokenizer_object=core,
        pad_token=PAD,
        bos_token=USER,  # the first token of every text; MllamaProcessor looks for it
        eos_token=END,
        chat_template=CHAT_TEMPLATE.replace("PICTURE", picture),
        padding_side="left",
        clean_up_tokenization_spaces=False,
        extra_special_tokens={"image_token": IMAGE, "video_token": VIDEO},
    )
