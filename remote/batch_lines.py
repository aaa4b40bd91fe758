"""Requests and replies as lines of OpenAI's batch files."""

import base64
import hashlib
import io
import json
import os
import uuid
from pathlib import Path

from PIL import Image


def read_lines(path: str) -> list[dict]:
    """The objects of a JSON Lines file. An incomplete last line, left by a killed writer, is cut off the file."""
    file = Path(path)
    if not file.exists():
        return []
    data = file.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole < len(data):
        os.truncate(file, whole)
    lines = []
    for number, line in enumerate(data[:whole].splitlines(), 1):
        try:
            lines.append(json.loads(line))
        except ValueError as error:
            raise ValueError(f"{path}, line {number}: not JSON ({error})") from error
    return lines


def append_lines(path: str, lines: list[dict]) -> None:
    """Appends lines and waits until they are on disk.

    Raises OSError that names the file. What was written before stays; half a line is cut off by the next `read_lines`.
    """
    data = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode("utf8")
    try:
        with open(path, "ab") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        what = f"{error.strerror}: the lines before are kept. Free some space, and start again to continue"
        raise OSError(error.errno, what, path) from error


def load_picture(url: str) -> Image.Image:
    """The picture of a data URL, or of a path with the SHA-256 of its bytes: `folder/17.png#sha256=…`."""
    if url.startswith("data:"):
        data = base64.b64decode(url.split(",", 1)[1])
    else:
        path, _, wanted = url.partition("#sha256=")
        data = Path(path).read_bytes()
        if wanted and hashlib.sha256(data).hexdigest() != wanted:
            raise ValueError(f"{path}: the picture is not the one in the request (its SHA-256 differs)")
    return Image.open(io.BytesIO(data)).convert("RGB")


def has_picture(request: dict) -> bool:
    """Whether any message of a request has a picture."""
    contents = [m["content"] for m in request["body"]["messages"]]
    return any(part["type"] == "image_url" for c in contents if isinstance(c, list) for part in c)


def conversation(request: dict, parts: bool) -> list[dict]:
    """A request's messages in the form that chat templates take: lists of parts for processors, else strings."""
    return [{"role": m["role"], "content": content(m["content"], parts)} for m in request["body"]["messages"]]


def content(given: str | list[dict], parts: bool) -> str | list[dict]:
    listed = [{"type": "text", "text": given}] if isinstance(given, str) else given
    if not parts:
        return "".join(part["text"] for part in listed)
    return [
        {"type": "image", "image": load_picture(p["image_url"]["url"])} if p["type"] == "image_url" else p
        for p in listed
    ]


def reply_line(request: dict, text: str, finish: str, prompt_tokens: int, completion_tokens: int) -> dict:
    """A line of a batch output file."""
    name = uuid.uuid5(uuid.NAMESPACE_OID, request["custom_id"]).hex
    usage = {
        "prompt_tokens": prompt_tokens,
        "completion_tokens": completion_tokens,
        "total_tokens": prompt_tokens + completion_tokens,
    }
    message = {"role": "assistant", "content": text}
    body = {
        "id": f"chatcmpl-{name}",
        "object": "chat.completion",
        "created": 0,  # no time, so that equal runs leave equal files
        "model": request["body"]["model"],
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
        "usage": usage,
    }
    response = {"status_code": 200, "request_id": name, "body": body}
    return {"id": f"batch_req_{name}", "custom_id": request["custom_id"], "response": response, "error": None}
