"""Warnings of libraries as events of the job, beside standard error, where nobody may read them."""

import logging
import sys
import warnings

from report import report

# Loggers that do not pass their messages on to the root logger.
CLOSED = ("transformers", "huggingface_hub", "datasets", "torch")
# Warnings that go to standard error alone, since users can do nothing about them, and nothing is wrong.
BETWEEN_LIBRARIES = ("FutureWarning: `is_gradient_checkpointing` is deprecated",)  # PEFT 0.21 asks transformers for it


class WarningEvents(logging.Handler):
    """Reports each warning once per task: of Python's `warnings`, and of the loggers of all libraries."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.task: str | None = None  # the task that runs; None before the first one
        self.reported: set[tuple[str | None, str]] = set()

    @classmethod
    def install(cls) -> "WarningEvents":
        events = cls()
        root = logging.getLogger()
        root.addHandler(logging.StreamHandler(sys.stderr))  # as Python does as long as there is no handler
        for logger in (root, *map(logging.getLogger, CLOSED)):
            logger.addHandler(events)
        show = warnings.showwarning

        def show_and_report(message, category, *where) -> None:
            show(message, category, *where)
            events.tell(f"{category.__name__}: {message}")

        warnings.showwarning = show_and_report
        return events

    def emit(self, record: logging.LogRecord) -> None:
        self.tell(f"{record.name.split('.')[0]}: {record.getMessage()}")

    def tell(self, message: str) -> None:
        if (self.task, message) not in self.reported and not message.startswith(BETWEEN_LIBRARIES):
            self.reported.add((self.task, message))
            report("warning", message=message, **({"task": self.task} if self.task else {}))
