"""Which Word templates there are: by file name, the view that fills each, with sample data."""

import json
from collections.abc import Mapping
from typing import Any

from mailflow.forms import papers
from mailflow.forms.names import ActionRequestView
from mailflow.settings.data import data_root

FORM, PRESENTED = "BM.CTCL.01.docx", "DS.TRINH.docx"

DOCUMENTS: Mapping[str, Any] = {
    FORM: ActionRequestView,
    PRESENTED: papers.PresentedListView,
    "BM.CTCL.02.docx": papers.ReviewMinutesView,
    "BC.XXLD.docx": papers.ReviewReportView,
    "TB.XXLD.docx": papers.ReviewNoticeView,
    "PL3.KEHOACH.docx": papers.ObjectivePlanView,
    "PL3.BAOCAO.docx": papers.ObjectiveReportView,
}
"""By the template's file name, the TypedDict of all the names it may print."""


def sample(name: str) -> dict[str, Any]:
    """Give the fixed sample data of a document, a view of the kind that `DOCUMENTS` says.

    They are `templates/forms/samples/*.json`: what previews, pictures and tests are filled with.
    """
    path = data_root() / "templates" / "forms" / "samples" / name
    view: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return view
