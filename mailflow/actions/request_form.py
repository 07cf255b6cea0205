"""Form BM.CTCL.01 of a request as a mail carries it: written when the mail is composed."""

from mailflow.actions.context import FormAttachment
from mailflow.actions.house import House
from mailflow.forms.view import action_request_view
from mailflow.procedure import machine
from mailflow.procedure.request import Request
from mailflow.record import Work

REQUEST_FORM = "action_request"


def form(request: Request) -> FormAttachment:
    """Attach form BM.CTCL.01 as the request stands; it is written when the mail is composed."""
    return FormAttachment(
        form=REQUEST_FORM, view={"code": request.code}, entries=len(request.entries)
    )


def written(work: Work, house: House, attachment: FormAttachment) -> FormAttachment:
    """Write what a request's form shows: it as it stood then, whatever was done since."""
    code = attachment["view"].get("code", "")
    request = work.requests.load(code) if attachment["form"] == REQUEST_FORM else None
    if request is None:
        return attachment
    then = machine.replay(request.entries[: attachment["entries"]])
    agency = house.settings.agency
    view = action_request_view(then, house.roster, agency.name, agency.parent or "", agency.zone)
    return FormAttachment(form=REQUEST_FORM, view=dict(view), entries=attachment["entries"])
