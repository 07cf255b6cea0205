"""Which Word templates there are: by file name, the view that fills each, with sample data."""

import json
from collections.abc import Mapping
from typing import Any

from mailflow.forms.names import ActionRequestView
from mailflow.settings.data import data_root

FORM = "BM.CTCL.01.docx"

DOCUMENTS: Mapping[str, Any] = {
    FORM: ActionRequestView,
}
"""By the template's file name, the TypedDict of all the names it may print."""


def sample(name: str) -> dict[str, Any]:
    """Give the fixed sample data of a document, a view of the kind that `DOCUMENTS` says.

    They are `templates/forms/samples/*.json`: what previews, pictures and tests are filled with.
    """
    path = data_root() / "templates" / "forms" / "samples" / name
    view: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return view
