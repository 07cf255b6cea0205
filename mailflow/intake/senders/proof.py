"""What the trusted mail server found about the sender (Authentication-Results, RFC 8601)."""

import re
from dataclasses import dataclass
from typing import Literal

from mailflow.intake.reading.addresses import unquoted
from mailflow.intake.reading.letter import Letter

Authentication = Literal["pass", "fail", "none"]

_LONGEST = 16_000  # characters of the header that are read
_RESULT = re.compile(r"\s*([a-z-]{1,30})(?:/\d)?\s*=\s*([a-z]{1,20})\b(.*)", re.DOTALL)
_PROPERTY = re.compile(r"\b([a-z-]{1,20}\.[a-z-]{1,30})\s*=\s*([^\s;]{1,254})")
_DOMAIN_OF = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom", "smtp.mail", "smtp.helo"),
    "dmarc": ("header.from",),
}


@dataclass(frozen=True)
class _Result:
    """One method's verdict and the domain it speaks of."""

    method: str
    verdict: str
    domain: str


def authentication(letter: Letter, trusted_authserv: str | None, domain: str) -> Authentication:
    """Read the topmost Authentication-Results of the one trusted server about `domain` (From's).

    "fail" only where the server says so; mail that never left the server has no result: "none".
    Whether that server deletes forged headers must be tested at installation: nothing in a header
    can tell.
    """
    if not trusted_authserv or not domain:
        return "none"
    for header in letter.every("authentication-results"):
        server, _, results = _bare(header).partition(";")
        if server.split(" ")[0].rstrip(".") == trusted_authserv.lower():
            return _judged([r for part in results.split(";") if (r := _result(part))], domain)
    return "none"


def _bare(header: str) -> str:
    """Drop comments and quoted strings: a sender can write anything into them."""
    text = unquoted(header[:_LONGEST].lower())
    return " ".join(text.replace("()", " ").split())


def _result(part: str) -> _Result | None:
    found = _RESULT.match(part)
    if not found:
        return None
    method, verdict, rest = found.groups()
    properties = dict(_PROPERTY.findall(rest))
    named = next((properties[n] for n in _DOMAIN_OF.get(method, ()) if n in properties), "")
    return _Result(method, verdict, named.rpartition("@")[2].rstrip(".>"))


def _judged(results: list[_Result], domain: str) -> Authentication:
    """DMARC decides where there is one; else an aligned pass of DKIM or SPF."""
    dmarc = [r for r in results if r.method == "dmarc"]
    if any(r.verdict == "fail" for r in dmarc):
        return "fail"
    if any(r.verdict == "pass" and aligned(r.domain or domain, domain) for r in dmarc):
        return "pass"
    others = [r for r in results if r.method in ("dkim", "spf") and aligned(r.domain, domain)]
    if any(r.verdict == "pass" for r in others):
        return "pass"
    return "fail" if any(r.verdict == "fail" for r in others) else "none"


def aligned(one: str, other: str) -> bool:
    """Tell whether two domains are the same or one lies under the other (relaxed alignment)."""
    shorter, longer = sorted((one, other), key=len)
    return "." in shorter and (longer == shorter or longer.endswith(f".{shorter}"))
