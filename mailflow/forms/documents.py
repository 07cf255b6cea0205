"""Which templates there are: by file name, the view that fills each, with sample data."""

import json
from collections.abc import Mapping
from typing import Any

from mailflow.forms import papers
from mailflow.forms.names import ActionRequestView
from mailflow.settings.data import data_root

FORM, PRESENTED = "BM.CTCL.01.docx", "DS.TRINH.docx"
MINUTES, AGENDA = "BM.CTCL.02.docx", "TL.XXLD.docx"
REPORT, NOTICE = "BC.XXLD.docx", "TB.XXLD.docx"

DOCUMENTS: Mapping[str, Any] = {
    FORM: ActionRequestView,
    PRESENTED: papers.PresentedListView,
    MINUTES: papers.ReviewMinutesView,
    AGENDA: papers.ReviewAgendaView,
    REPORT: papers.ReviewReportView,
    NOTICE: papers.ReviewNoticeView,
    "PL3.KEHOACH.docx": papers.ObjectivePlanView,
    "PL3.BAOCAO.docx": papers.ObjectiveReportView,
}
"""The Word templates: by file name, the TypedDict of all the names each may print."""

WORKBOOKS: Mapping[str, Any] = {
    "PL3.KEHOACH.xlsx": papers.ObjectivePlanView,
    "PL3.BAOCAO.xlsx": papers.ObjectiveReportView,
}
"""The Excel templates."""

TEMPLATES: Mapping[str, Any] = {**DOCUMENTS, **WORKBOOKS}


def sample(name: str) -> dict[str, Any]:
    """Give the fixed sample data of a template, a view of the kind that `TEMPLATES` says.

    They are `templates/forms/samples/*.json`: what previews, pictures and tests are filled with.
    """
    path = data_root() / "templates" / "forms" / "samples" / name
    view: dict[str, Any] = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return view
