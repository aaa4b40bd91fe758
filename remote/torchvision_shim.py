"""Lets PyPI's torchvision, which is built beside a CUDA torch, be imported beside a CPU torch.

Processors of Qwen2-VL and LLaVA-OneVision import torchvision for videos, which nothing here uses. Its import
registers meta kernels for two compiled operators that are missing then; declaring these lets it go on.
Import this module before transformers. Where torchvision fits torch, it changes nothing.
"""

import sys

import torch

_kept: list[torch.library.Library] = []  # a Library that is collected takes its operators with it

try:
    import torchvision  # noqa: F401
except RuntimeError:
    for name in [m for m in sys.modules if m.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _kept.append(library)
    import torchvision  # noqa: F401
