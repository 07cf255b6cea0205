"""What programs and offices put around a person's words: signatures, disclaimers, warnings."""

import re
from itertools import takewhile

from mailflow.intake.reading import clients
from mailflow.procedure.folding import folded

RULE = re.compile(r"[>\s]{0,10}[-_=*~#+]{3,200}\s*")
_MOST_SIGNATURE_LINES = 12
_MOST_DISCLAIMER_LINES = 15
_FEWEST_DISCLAIMER_WORDS = 12
_MOST_BANNER_LINES = 4
_LONGEST_PARAGRAPH = 4_000

# A disclaimer names itself first and then who may read it; either alone is something said.
_OF_ITSELF = re.compile(
    r"[*_\s>\"(\[]{0,6}(?:(?:luu y|canh bao|note)[\s:.-]{1,4}|disclaimer[\s:.-]{0,4})?"
    r"(?:(?:noi dung |thong tin )?(?:trong |cua )?(?:buc |la )?(?:thu|email|e-mail|thu dien tu|"
    r"email|thong diep|tin nhan) nay\b"
    r"|(?:noi dung|thong tin) (?:duoc |chua )?(?:trong|cua) (?:thu|email|e-mail|thong diep)"
    r"|(?:the )?(?:information|contents?) (?:contained |transmitted )?(?:in|of|by) this "
    r"|this (?:e-?mail|message|communication|transmission)\b"
    r"|(?:confidentiality|disclaimer|thong bao bao mat|tuyen bo mien tru)\b"
    r"|confidential(?:ity)? (?:notice|note)\b)"
)
_OF_ITS_READER = re.compile(
    r"chi danh (?:rieng )?cho|chi gui (?:toi|den|cho) nguoi"
    r"|nguoi nhan (?:duoc )?(?:chi dinh|co ten|neu tren)|khong phai (?:la )?nguoi nhan"
    r"|confidential|privileged"
    r"|intended (?:only )?(?:recipient|solely|for)|addressee|solely for"
)
# A warning that a mail server puts above a letter from outside.
_BANNER = re.compile(
    r"[*_\s\[!⚠]{0,8}(?:\[?(?:external|ben ngoai|thu ngoai)(?: e?-?mail| sender)?\]?[\s:!*\]]{0,5}$"
    r"|(?:caution|warning|canh bao)\s?[:!\]*-].{0,40}\b(?:thu|e-?mail|message)\b.{0,60}"
    r"(?:outside|external|ben ngoai|tu ngoai|khong ro nguon goc))"
)
_PICTURE = re.compile(r"\[[^\[\]]{1,200}\](<[^<>]{0,2000}>)?")  # what Outlook's text has for a logo
_LIST = re.compile(r"mailing list|you received this message because|danh sach thu")
_ADVICE = re.compile(r".{0,60}(?:do not|don't|khong) .{0,20}(?:click|open|bam|mo|nhap)\b")


def split(lines: list[str]) -> tuple[str, str]:
    """Cut the lines a person typed into (words, signature).

    Cut off are: all after `-- `, all after a closing with only names below, what phones and mail
    programs add, disclaimers, and a server's warning at the top. Nothing is lost: every line is in
    one of the two.
    """
    first = _banner_end(lines)
    body, disclaimers = _without_disclaimers(lines[first:])
    kept: list[str] = []
    cut: list[str] = []
    for i, line in enumerate(body):
        key = folded(line)
        if kept and _begins_signature(body, i, key):
            cut += body[i:]
            break
        (cut if clients.is_device_line(key) else kept).append(line)
    while kept and (not kept[-1].strip() or RULE.fullmatch(kept[-1])):
        cut.insert(0, kept.pop())
    added = (line for line in (*lines[:first], *cut, *disclaimers) if line.strip())
    return "\n".join(kept).strip("\n"), "\n".join(added)


def _banner_end(lines: list[str]) -> int:
    """Return where a letter's own words begin below a server's warning, 0 without one."""
    first = next((i for i, line in enumerate(lines) if line.strip()), 0)
    if not lines or not _BANNER.match(folded(lines[first])[:300]):
        return 0
    end = first + 1
    advice = lines[end : end + _MOST_BANNER_LINES]
    return end + len(list(takewhile(lambda line: _ADVICE.match(folded(line)[:300]), advice)))


def _disclaimer_end(lines: list[str], i: int) -> int:
    """Return the line after the paragraph that begins at `i`, when it is a disclaimer, else `i`."""
    if not _OF_ITSELF.match(folded(lines[i][:400])):
        return i
    end = i
    while end < len(lines) and end - i < _MOST_DISCLAIMER_LINES and lines[end].strip():
        end += 1
    paragraph = folded(" ".join(lines[i:end])[:_LONGEST_PARAGRAPH])
    is_long = paragraph.count(" ") >= _FEWEST_DISCLAIMER_WORDS
    return end if is_long and _OF_ITS_READER.search(paragraph) else i


def _without_disclaimers(lines: list[str]) -> tuple[list[str], list[str]]:
    """Part the paragraphs that are disclaimers from all other lines."""
    others: list[str] = []
    disclaimers: list[str] = []
    i = 0
    while i < len(lines):
        end = _disclaimer_end(lines, i)
        disclaimers += lines[i:end]
        others += lines[end : i + 1]
        i = max(end, i + 1)
    return others, disclaimers


def _begins_signature(lines: list[str], i: int, key: str) -> bool:
    dashed = key in ("--", "—")
    below_it = folded(" ".join(lines[i + 1 : i + 3])[:400])
    listed = bool(RULE.fullmatch(key) and _LIST.search(below_it))
    if not dashed and not listed and not clients.is_closing(key):
        return False
    below = [line for line in lines[i + 1 :] if line.strip()]
    if len(below) > _MOST_SIGNATURE_LINES:
        return False
    return dashed or listed or all(map(_is_signature_line, below))


def _is_signature_line(line: str) -> bool:
    key = folded(line)
    return (
        clients.is_device_line(key)
        or clients.is_signature_line(line, key)
        or bool(RULE.fullmatch(key) or _PICTURE.fullmatch(key))
    )
