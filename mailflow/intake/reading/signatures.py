"""Whether a CMS signature holds, who made it, and what it covers (RFC 5652, RFC 8551)."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from asn1crypto import cms, core
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from mailflow.intake.reading import certificates
from mailflow.intake.reading.certificates import Authorities, Objection

Verdict = Literal["pass", "invalid", "none"]
Why = Literal[
    Objection,
    "tampered",
    "algorithm",
    "undated",
    "old",
    "no_certificate",
    "several",
    "unreadable",
    "repeated",
]

MOST_CERTIFICATES = 20
LARGEST = 256 * 1024  # bytes of a signature beside its content: 20 certificates and room
_MOST_ELEMENTS = 50_000  # of ASN.1; a mail sent in pieces of 1 kB has half as many
_OLDEST = timedelta(days=7)  # from signing to arrival; an older one may be somebody's kept copy
_AHEAD = timedelta(days=1)  # by which a signer's clock may be wrong
_HASHES: dict[str, type[hashes.SHA256 | hashes.SHA384 | hashes.SHA512]] = {
    "sha256": hashes.SHA256,
    "sha384": hashes.SHA384,
    "sha512": hashes.SHA512,
}
# asn1crypto decodes as values are asked for, so that any access may meet what is malformed.
_MALFORMED = (*certificates.MALFORMED, KeyError, IndexError, OverflowError, RecursionError)


@dataclass(frozen=True)
class Sealed:
    """Content as it arrived and the CMS bytes that sign it; no content: the parts are in disorder.

    `content` of an opaque letter stands in `cms` too.
    """

    content: bytes | None
    cms: bytes


@dataclass(frozen=True)
class Signature:
    """What a letter's signature is worth.

    `why` tells what is wrong with an invalid one. `addresses` are those its certificate names;
    `once` is a hash that only this act of signing has.
    """

    verdict: Verdict = "none"
    why: Why | None = None
    addresses: frozenset[str] = frozenset()
    once: str = ""

    def naming(self, address: str) -> "Signature":
        """Give the signature as a proof for `address`: invalid where it names others only."""
        if self.verdict != "pass" or address in self.addresses:
            return self
        return self.rejected("other_signer")

    def rejected(self, why: Why) -> "Signature":
        """Give the signature as one that proves nothing."""
        return replace(self, verdict="invalid", why=why)


UNSIGNED = Signature()


class _Invalid(Exception):
    """The signature proves nothing."""

    def __init__(self, why: Why) -> None:
        self.why = why


def unwrapped(der: bytes) -> tuple[str, bytes | None]:
    """Tell the kind of a CMS message (signed_data, enveloped_data …) and what it wraps.

    The kind is "" where the bytes are no CMS message; the content None where there is none.
    """
    try:
        message = _load(der)
        kind = str(message["content_type"].native)
        if kind != "signed_data" or not len(message["content"]["signer_infos"]):
            return kind, None
        return kind, _wrapped(message["content"])
    except (*_MALFORMED, _Invalid):
        return "", None


def verify(sealed: Sealed | None, authorities: Authorities | None, at: datetime) -> Signature:
    """Judge a letter's signature at the moment `at` (aware) of its arrival.

    Without authorities only "tampered" is found: nobody vouches for whoever signed. Nothing is
    raised on any bytes.
    """
    if sealed is None:
        return UNSIGNED
    try:
        found = _verified(sealed, authorities, at)
    except _Invalid as invalid:
        found = UNSIGNED.rejected(invalid.why)
    except _MALFORMED:
        found = UNSIGNED.rejected("unreadable")
    return found if authorities or found.why == "tampered" else UNSIGNED


def _verified(sealed: Sealed, authorities: Authorities | None, at: datetime) -> Signature:
    if sealed.content is None:
        raise _Invalid("unreadable")
    signed = _load(sealed.cms)["content"]
    signer = _only_signer(signed)
    bundled = _certificates(signed)
    own, leaf = _certificate_of(signer["sid"], bundled)
    attributes = _signed_attributes(signer)
    hashed = signer["digest_algorithm"]["algorithm"].native
    if hashed not in _HASHES:
        raise _Invalid("algorithm")
    _check_content(sealed.content, attributes, signed, hashed)
    covered = signer["signed_attrs"].untag().dump()
    _check_signature(leaf, signer, hashed, covered)
    _check_date(attributes, at)
    if authorities:
        others = [x509.load_der_x509_certificate(c.dump()) for c in bundled if c is not own]
        if why := certificates.objection(leaf, others, authorities, at):
            raise _Invalid(why)
    once = hashlib.sha256(covered).hexdigest()
    return Signature("pass", None, certificates.addresses(leaf), once)


def _load(der: bytes) -> Any:
    if not _is_modest(der):
        raise _Invalid("unreadable")
    return cms.ContentInfo.load(der)


def _is_modest(der: bytes) -> bool:
    """Tell whether ASN.1 is quick to parse: asn1crypto takes minutes over millions of pieces."""
    at = 0
    for _ in range(_MOST_ELEMENTS):
        if at >= len(der):
            return True
        tag, size = der[at], der[at + 1] if at + 1 < len(der) else 0
        more = size & 0x7F if size & 0x80 else 0
        if tag & 0x1F == 0x1F or more > 4:
            return False
        length = int.from_bytes(der[at + 2 : at + 2 + more], "big") if more else size
        enters = tag & 0x20 or size == 0x80
        at += 2 + more + (0 if enters else length)
    return False


def _wrapped(signed: Any) -> bytes | None:
    content = signed["encap_content_info"]["content"]
    if isinstance(content, core.Void) or _content_type(signed) != "data":
        return None
    return bytes(content)


def _content_type(signed: Any) -> str:
    return str(signed["encap_content_info"]["content_type"].native)


def _only_signer(signed: Any) -> Any:
    signers = signed["signer_infos"]
    if len(signers) != 1:
        raise _Invalid("several" if len(signers) else "unreadable")
    return signers[0]


def _certificates(signed: Any) -> list[Any]:
    found = signed["certificates"]
    if isinstance(found, core.Void):
        return []
    if len(found) > MOST_CERTIFICATES:
        raise _Invalid("unreadable")
    every = (choice.chosen for choice in found if choice.name == "certificate")
    return [certificate for certificate in every if certificate.serial_number > 0]  # RFC 5280


def _certificate_of(sid: Any, bundled: Iterable[Any]) -> tuple[Any, x509.Certificate]:
    """Find the certificate the signer names; the others of the bundle signed nothing."""
    for certificate in bundled:
        if sid.name == "subject_key_identifier":
            is_own = sid.native == certificate.key_identifier
        else:
            same = sid.chosen["issuer"].dump() == certificate.issuer.dump()
            is_own = same and sid.chosen["serial_number"].native == certificate.serial_number
        if is_own:
            return certificate, x509.load_der_x509_certificate(certificate.dump())
    raise _Invalid("no_certificate")


def _signed_attributes(signer: Any) -> dict[str, Any]:
    """Read the signed attributes, each with its one value (RFC 5652, 11)."""
    if isinstance(signer["signed_attrs"], core.Void):
        raise _Invalid("undated")
    found: dict[str, Any] = {}
    for attribute in signer["signed_attrs"]:
        name = attribute["type"].native
        if name not in {"content_type", "message_digest", "signing_time"}:
            continue
        if name in found or len(attribute["values"]) != 1:
            raise _Invalid("unreadable")
        found[name] = attribute["values"][0].native
    return found


def _check_content(content: bytes, attributes: dict[str, Any], signed: Any, hashed: str) -> None:
    """Compare the content with what was signed, as it came and with mail's own line ends.

    A Maildir keeps LF, the wire and the signer have CRLF; what is read is the same either way.
    """
    if {attributes.get("content_type"), _content_type(signed)} != {"data"}:
        raise _Invalid("unreadable")
    if "message_digest" not in attributes:
        raise _Invalid("unreadable")
    canonical = content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    digests = {hashlib.new(hashed, form).digest() for form in (content, canonical)}
    if attributes["message_digest"] not in digests:
        raise _Invalid("tampered")


def _check_signature(leaf: x509.Certificate, signer: Any, hashed: str, covered: bytes) -> None:
    signature, algorithm = signer["signature"].native, signer["signature_algorithm"]
    key, kind, chosen = leaf.public_key(), algorithm.signature_algo, _HASHES[hashed]()
    named = algorithm["algorithm"].native
    if kind != "rsassa_pss" and not named.startswith((f"{hashed}_", "rsassa_pkcs1v15", "ecdsa")):
        raise _Invalid("algorithm")
    try:
        if isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pkcs1v15":
            key.verify(signature, covered, padding.PKCS1v15(), chosen)
        elif isinstance(key, rsa.RSAPublicKey) and kind == "rsassa_pss":
            key.verify(signature, covered, _pss(algorithm["parameters"], hashed), chosen)
        elif isinstance(key, ec.EllipticCurvePublicKey) and kind == "ecdsa":
            key.verify(signature, covered, ec.ECDSA(chosen))
        else:
            raise _Invalid("algorithm")
    except InvalidSignature:
        raise _Invalid("tampered") from None


def _pss(parameters: Any, hashed: str) -> padding.PSS:
    """Read the parameters of RSA-PSS (RFC 4056); both hashes must be the one of the digest."""
    mask = parameters["mask_gen_algorithm"]
    hashes_named = {
        parameters["hash_algorithm"]["algorithm"].native,
        mask["parameters"]["algorithm"].native,
    }
    if hashes_named != {hashed} or mask["algorithm"].native != "mgf1":
        raise _Invalid("algorithm")
    return padding.PSS(padding.MGF1(_HASHES[hashed]()), parameters["salt_length"].native)


def _check_date(attributes: dict[str, Any], at: datetime) -> None:
    """A signature counts near its time only: a kept copy must not act again months later."""
    signed_at = attributes.get("signing_time")
    if not isinstance(signed_at, datetime):
        raise _Invalid("undated")
    if not at - _OLDEST <= signed_at <= at + _AHEAD:
        raise _Invalid("old")
