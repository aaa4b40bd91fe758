"""Chat templates whose output does not depend on the day on which they are rendered."""

import json
import re
from datetime import datetime

DATE = "26 Jul 2024"  # the date that Llama's own templates use if they have no clock
DATE_FORMAT = "%d %b %Y"
CLOCK = re.compile(r"""strftime_now\(\s*(['"])(.*?)\1\s*\)""")


def pin_date(template: str, date: str) -> str:
    """The template with a fixed date instead of today's; a template that shows no date is returned unchanged.

    Llama's templates write today's date into the prompt, as `date_string` or through `strftime_now`. The template
    itself is changed, because prediction and TRL's training both render it, each in its own way.
    """
    day = datetime.strptime(date, DATE_FORMAT)
    pinned = CLOCK.sub(lambda call: json.dumps(day.strftime(call[2])), template)
    if "strftime_now(" in pinned:
        raise RuntimeError("the chat template's date cannot be pinned: it calls strftime_now with a computed format")
    # "+%}" keeps a newline that follows.
    return f"{{% set date_string = {json.dumps(date)} +%}}{pinned}" if "date_string" in template else pinned


def pin_dates(templates: str | dict[str, str] | None, date: str) -> str | dict[str, str] | None:
    """Pins the date in a model's chat template, or in each of its named templates."""
    if isinstance(templates, dict):
        return {name: pin_date(template, date) for name, template in templates.items()}
    return templates and pin_date(templates, date)
