"""Folders on an IMAP server: their names as the server wants them, made when absent."""

import unicodedata
from contextlib import suppress

from imap_tools import BaseMailBox
from imap_tools.errors import MailboxFolderCreateError, MailboxFolderSubscribeError

from mailflow.channels.imap_answers import namespace
from mailflow.errors import failpoint


def server_name(box: BaseMailBox, folder: str) -> str:
    """Put the server's separator and personal prefix (RFC 2342) into a name with "/"."""
    if folder.upper() == "INBOX":
        return folder
    prefix, separator = namespace(box)
    name = unicodedata.normalize("NFC", folder).replace("/", separator)
    return name if name.startswith(prefix) else prefix + name


def made(box: BaseMailBox, name: str) -> bool:
    """Make and subscribe a folder unless it is there; False when we may not."""
    if box.folder.exists(name):
        return True
    failpoint("imap.before_create")
    try:
        box.folder.create(name)
    except MailboxFolderCreateError:
        return False
    failpoint("imap.after_create")
    with suppress(MailboxFolderSubscribeError):
        box.folder.subscribe(name, True)
    return True
