"""The XML that an Exchange server answers with (EWS, [MS-OXWS…]), as far as exchangelib asks."""

from collections.abc import Iterable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

S = "http://schemas.xmlsoap.org/soap/envelope/"
M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
E = "http://schemas.microsoft.com/exchange/services/2006/errors"
A = "http://schemas.microsoft.com/exchange/2010/Autodiscover"

VERSION = (
    '<t:ServerVersionInfo MajorVersion="15" MinorVersion="1" MajorBuildNumber="2507" '
    'MinorBuildNumber="6" Version="V2017_07_11"/>'
)


def body(request: bytes) -> Any:
    """Take the one element out of a request's body."""
    large = etree.XMLParser(huge_tree=True)
    inside: Any = etree.fromstring(request, large).find(f"{{{S}}}Body")
    return inside[0]


def envelope(inner: str) -> bytes:
    """Wrap a body; the header tells the version of Exchange 2016."""
    spaces = f'xmlns:s="{S}" xmlns:m="{M}" xmlns:t="{T}" xmlns:a="{A}"'
    return (
        f'<?xml version="1.0" encoding="utf-8"?><s:Envelope {spaces}>'
        f"<s:Header>{VERSION}</s:Header><s:Body>{inner}</s:Body></s:Envelope>"
    ).encode()


def response(operation: str, parts: Iterable[str]) -> str:
    """Give the answer of an operation: one message for each thing asked about."""
    inner = "".join(parts)
    return (
        f"<m:{operation}Response><m:ResponseMessages>{inner}</m:ResponseMessages>"
        f"</m:{operation}Response>"
    )


def success(operation: str, inner: str = "") -> str:
    """Give a message that says: done."""
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Success">'
        f"<m:ResponseCode>NoError</m:ResponseCode>{inner}</m:{operation}ResponseMessage>"
    )


def error(operation: str, code: str) -> str:
    """Give a message that says why not."""
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Error">'
        f"<m:MessageText>refused by the test</m:MessageText>"
        f"<m:ResponseCode>{code}</m:ResponseCode></m:{operation}ResponseMessage>"
    )


def fault(code: str) -> str:
    """Give a SOAP fault, as Exchange does when it is busy or understands nothing."""
    return (
        "<s:Fault><faultcode>s:Client</faultcode><faultstring>refused</faultstring><detail>"
        f'<e:ResponseCode xmlns:e="{E}">{code}</e:ResponseCode>'
        f'<e:Message xmlns:e="{E}">refused by the test</e:Message></detail></s:Fault>'
    )


def folder(folder_id: str, name: str) -> str:
    """Show a folder."""
    return (
        f"<t:Folder><t:FolderId Id={quoteattr(folder_id)} ChangeKey='1'/>"
        f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{escape(name)}</t:DisplayName>"
        "</t:Folder>"
    )


def item(kind: str, item_id: str, inner: str = "") -> str:
    """Show an item with its id and whatever was asked for."""
    return f"<t:{kind}><t:ItemId Id={quoteattr(item_id)} ChangeKey='1'/>{inner}</t:{kind}>"


def header(name: str, value: str) -> str:
    """Show one header of a letter."""
    return (
        f"<t:InternetMessageHeader HeaderName={quoteattr(name)}>{escape(value)}"
        "</t:InternetMessageHeader>"
    )


def page(inside: str, shown: str, *, after: int, total: int) -> str:
    """Show a page of a listing."""
    last = "true" if after >= total else "false"
    return (
        f'<m:RootFolder IndexedPagingOffset="{after}" TotalItemsInView="{total}" '
        f'IncludesLastItemInRange="{last}"><t:{inside}>{shown}</t:{inside}></m:RootFolder>'
    )


def new_mail(subscription: str, item_id: str) -> str:
    """Tell of a letter that came."""
    return (
        f"<m:Notifications><m:Notification><t:SubscriptionId>{subscription}</t:SubscriptionId>"
        "<t:NewMailEvent><t:Watermark>AQ==</t:Watermark>"
        "<t:TimeStamp>2026-11-01T08:30:00Z</t:TimeStamp>"
        f"<t:ItemId Id={quoteattr(item_id)} ChangeKey='1'/>"
        "<t:ParentFolderId Id='inbox' ChangeKey='1'/></t:NewMailEvent>"
        "</m:Notification></m:Notifications>"
    )


def discovered(settings: dict[str, str]) -> str:
    """Answer the autodiscover service's one question; "RedirectUrl" sends to another server."""
    shown = "".join(
        "<a:UserSetting xmlns:i='http://www.w3.org/2001/XMLSchema-instance' "
        f"i:type='a:StringSetting'><a:Name>{name}</a:Name><a:Value>{escape(value)}</a:Value>"
        "</a:UserSetting>"
        for name, value in settings.items()
        if name != "RedirectUrl"
    )
    code = "RedirectUrl" if "RedirectUrl" in settings else "NoError"
    target = settings.get("RedirectUrl", "")
    well = "<a:ErrorCode>NoError</a:ErrorCode><a:ErrorMessage/>"
    return (
        f"<a:GetUserSettingsResponseMessage><a:Response>{well}<a:UserResponses>"
        f"<a:UserResponse><a:ErrorCode>{code}</a:ErrorCode><a:ErrorMessage/>"
        f"<a:RedirectTarget>{target}</a:RedirectTarget><a:UserSettingErrors/>"
        f"<a:UserSettings>{shown}</a:UserSettings></a:UserResponse></a:UserResponses>"
        "</a:Response></a:GetUserSettingsResponseMessage>"
    )
