"""Lets PyPI's torchvision, which is built for a CUDA torch, be imported with a CPU torch.

The processors of Qwen2-VL and LLaVA-OneVision import torchvision for videos, which nothing here uses. The import
registers meta kernels for two compiled operators, which are missing with a CPU torch; declaring them is enough.
Import this module before transformers. Where torchvision matches torch, it changes nothing.
"""

import sys

import torch

_kept: list[torch.library.Library] = []  # operators vanish when their Library is garbage-collected

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
