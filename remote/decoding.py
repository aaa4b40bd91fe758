"""How the tokens of a reply are chosen, as a request's body asks for it."""

import json

# Set explicitly although they are the defaults, because configurations of models often change them.
UNCHANGED = {"num_beams": 1, "repetition_penalty": 1.0, "no_repeat_ngram_size": 0}
KNOWN_FIELDS = {"model", "messages", "max_tokens", "max_completion_tokens", "temperature", "top_p", "seed"}


def decoding(request: dict) -> dict:
    """The generation settings that a request asks for: greedy at temperature 0, else sampling."""
    body = request["body"]
    unknown = sorted(body.keys() - KNOWN_FIELDS)
    if unknown:
        raise ValueError(f"request '{request['custom_id']}': a job does not support {', '.join(unknown)}")
    max_tokens = body.get("max_completion_tokens", body.get("max_tokens", 64))
    settings = {"max_new_tokens": max_tokens, "do_sample": False}
    temperature = body.get("temperature") or 0
    if temperature == 0:
        return settings
    return {**settings, "do_sample": True, "temperature": temperature, "top_p": body.get("top_p", 1.0), "top_k": 0}


def settings_of(generation: dict, requests: list[dict]) -> dict:
    """What `generate` is called with: what all requests share, and each decoding that they ask for.

    @param generation: what is kept of the model's generation_config
    """
    decodings = sorted({json.dumps(decoding(request), sort_keys=True) for request in requests})
    return {**generation, **UNCHANGED, "decodings": [json.loads(one) for one in decodings]}
