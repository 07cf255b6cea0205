"""The documents of a mail, filled when it is composed: as .docx, .xlsx and PDF."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from mailflow.actions.context import FormAttachment
from mailflow.errors import MailflowError, Temporary
from mailflow.forms import fill, pdf, returned
from mailflow.forms.documents import AGENDA, MINUTES, NOTICE, PRESENTED, REPORT
from mailflow.forms.objective_view import APPENDIX
from mailflow.outbox.compose import Attached

LOG = structlog.get_logger()


PRINTING = ".printing-"
"""How folders begin in which LibreOffice works."""


def sweep(home: Path) -> None:
    """Remove where killed daemons printed; only while no other one works in this home."""
    for left in home.glob(f"{PRINTING}*"):
        shutil.rmtree(left, ignore_errors=True)


class FormFiller:
    """Fills the documents of a notice; the last ones are kept, since several get the same.

    `printing` is where the folder is made that LibreOffice works in; without it none is printed.
    """

    KEPT = 128

    def __init__(self, folders: Sequence[Path], printing: Path | None) -> None:
        self._folders = folders
        self._printing = printing
        self._workdir: TemporaryDirectory[str] | None = None
        self._filled: dict[str, list[Attached]] = {}

    def __call__(self, attachment: FormAttachment) -> list[Attached]:
        """Give the document as .docx, appendix 3 as .xlsx too, and as PDF where printable."""
        key = _key(attachment)
        if key not in self._filled:
            self._keep(key, self._fill(attachment))
        return self._filled[key]

    @property
    def prints(self) -> bool:
        """Say whether documents go out as PDF too."""
        return self._printing is not None

    def prepare(self, attachments: Iterable[FormAttachment]) -> None:
        """Print many in one start of LibreOffice, which takes longer than a document.

        Where one of them fails none is kept: each is then tried by itself when its turn comes.
        """
        new = {_key(a): a for a in attachments if _key(a) not in self._filled}
        if self._printing is None or len(new) < 2:
            return
        try:
            filled = [_filled(attachment, self._folders) for attachment in new.values()]
            printed = self._printed([document for _, document in filled], self._printing)
        except MailflowError as error:
            LOG.warning("documents are printed one by one", count=len(new), error=str(error))
            return
        for key, (name, document), page in zip(new, filled, printed, strict=True):
            self._keep(key, [(f"{name}.docx", document), (f"{name}.pdf", page)])

    def _keep(self, key: str, files: list[Attached]) -> None:
        while len(self._filled) >= self.KEPT:
            self._filled.pop(next(iter(self._filled)))
        self._filled[key] = files

    def close(self) -> None:
        """Remove the working folder of the PDF printer."""
        if self._workdir:
            self._workdir.cleanup()

    def _fill(self, attachment: FormAttachment) -> list[Attached]:
        name, document = _filled(attachment, self._folders)
        return [
            (f"{name}.docx", document),
            *self._sheet(name, attachment),
            *self._pdf(name, document),
        ]

    def _sheet(self, name: str, attachment: FormAttachment) -> list[Attached]:
        """Appendix 3 goes out as a workbook as well."""
        if attachment["form"] not in APPENDIX:
            return []
        template = fill.find_template(self._folders, f"{APPENDIX[attachment['form']]}.xlsx")
        return [(f"{name}.xlsx", fill.fill_document(attachment["view"], template))]

    def _pdf(self, name: str, document: bytes) -> list[Attached]:
        """A document that LibreOffice cannot print goes out as .docx alone."""
        if self._printing is None:
            return []
        try:
            printed = self._printed([document], self._printing)
        except MailflowError as error:
            LOG.warning("document goes out without PDF", name=name, error=str(error))
            return []
        return [(f"{name}.pdf", printed[0])]

    def _printed(self, documents: Sequence[bytes], home: Path) -> list[bytes]:
        try:
            self._workdir = self._workdir or TemporaryDirectory(dir=home, prefix=PRINTING)
        except OSError as error:
            raise Temporary(f"no folder for LibreOffice in {home}: {error}") from error
        return pdf.to_pdf(documents, Path(self._workdir.name))


_APPENDIX = {
    "objective_plan": "Kế hoạch MTCL {year} {owner}",
    "objective_report": "Báo cáo MTCL {year} {owner}",
}
"""How the files of appendix 3 are called."""
REVIEW_PAPERS = {
    "review_agenda": (AGENDA, "Tài liệu họp xem xét"),
    "review_minutes": (MINUTES, "BM.CTCL.02 Biên bản họp xem xét"),
    "review_report": (REPORT, "Báo cáo HTQLCL"),
    "review_notice": (NOTICE, "Thông báo kết quả xem xét"),
}
"""By the form of an attachment: its template and what its file is called."""


def _key(attachment: FormAttachment) -> str:
    return hashlib.sha256(json.dumps(attachment, sort_keys=True).encode()).hexdigest()


def _filled(attachment: FormAttachment, folders: Sequence[Path]) -> tuple[str, bytes]:
    """Fill a document for a mail; gives its name and the .docx."""
    view = attachment["view"]
    if attachment["form"] in REVIEW_PAPERS:
        file, name = REVIEW_PAPERS[attachment["form"]]
        document = fill.fill_document(view, fill.find_template(folders, file))
        return f"{name} {view.get('year') or view.get('period')}", document
    if attachment["form"] == "presented_list":
        return f"Danh sách trình ({len(view['rows'])} phiếu)", fill.fill_document(
            view, fill.find_template(folders, PRESENTED)
        )
    if attachment["form"] in APPENDIX:
        template = fill.find_template(folders, f"{APPENDIX[attachment['form']]}.docx")
        return _APPENDIX[attachment["form"]].format(**view), fill.fill_document(view, template)
    document = fill.fill_document(view, fill.find_template(folders))
    stamped = returned.stamp(document, view["code"], attachment["entries"])
    return f"BM.CTCL.01 {view['code']}", stamped
