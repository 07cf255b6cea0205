"""Whom a certificate names, and whether an authority that the agency trusts vouches for it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.x509.oid import ExtendedKeyUsageOID
from cryptography.x509.verification import (
    Criticality,
    ExtensionPolicy,
    Policy,
    PolicyBuilder,
    Store,
    VerificationError,
)

from mailflow.errors import Misconfigured
from mailflow.intake.reading.addresses import normal

Objection = Literal["expired", "purpose", "other_signer", "untrusted"]
Value = TypeVar("Value", bound=x509.ExtensionType)

MALFORMED = (
    *(ValueError, TypeError, UnsupportedAlgorithm),
    *(x509.DuplicateExtension, x509.InvalidVersion, x509.UnsupportedGeneralNameType),
)
"""What cryptography raises on a certificate that is not as RFC 5280 wants it."""

_LARGEST_FILE = 2**20  # bytes of the agency's file


@dataclass(frozen=True)
class Authorities:
    """The certificates from which the agency's trust in signatures starts; never empty."""

    roots: tuple[x509.Certificate, ...]

    def expired(self, at: datetime) -> list[str]:
        """Name the authorities whose own certificate is not valid at the moment `at` (aware)."""
        return [root.subject.rfc4514_string() for root in self.roots if not is_valid(root, at)]


def load(path: Path | None) -> Authorities | None:
    """Read a PEM file of one or more authorities; None where the agency names none.

    Raises Misconfigured when the file cannot be read or holds anything but sound certificates.
    """
    if path is None:
        return None
    try:
        with path.open("rb") as stream:
            roots = x509.load_pem_x509_certificates(stream.read(_LARGEST_FILE))
        authorities = Authorities(tuple(roots))
        faults = [f for root in roots if (f := _fault(root))]
    except OSError as error:
        raise Misconfigured([f"mail.smime_ca: {path}: {error.strerror}"]) from error
    except MALFORMED as error:
        raise Misconfigured([f"mail.smime_ca: {path} is no PEM file of certificates"]) from error
    if faults:
        raise Misconfigured([f"mail.smime_ca: {path}: {fault}" for fault in faults])
    return authorities


def _fault(root: x509.Certificate) -> str:
    basic = extension(root, x509.BasicConstraints)
    name = root.subject.rfc4514_string()
    return "" if basic and basic.ca else f"{name} is not the certificate of an authority"


def is_valid(certificate: x509.Certificate, at: datetime) -> bool:
    """Tell whether a certificate's own dates hold at the moment `at` (aware)."""
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def extension(certificate: x509.Certificate, kind: type[Value]) -> Value | None:
    """Give an extension's value, None when absent. Raises MALFORMED."""
    try:
        return certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def addresses(certificate: x509.Certificate) -> frozenset[str]:
    """List the mail addresses a certificate names (SAN rfc822Name), as `addresses.normal` does.

    The subject's own emailAddress counts for nothing: authorities need not check it. An address
    with a letter that cannot be seen counts for nothing either. Raises MALFORMED.
    """
    names = extension(certificate, x509.SubjectAlternativeName)
    found = names.get_values_for_type(x509.RFC822Name) if names else []
    seen = (normal(name) for name in found if name.isascii() and name.isprintable())
    return frozenset(address for address in seen if address)


def objection(
    leaf: x509.Certificate,
    bundled: Sequence[x509.Certificate],
    authorities: Authorities,
    at: datetime,
) -> Objection | None:
    """Say why a signer's certificate is not believed at the moment `at` (aware), None when it is.

    "expired" (its own dates), "purpose" (not for mail or not for signing), "other_signer" (it
    names no address), "untrusted" (no path to an authority: RFC 5280, 6). Whether it was revoked
    is not asked: there is no network here. Raises MALFORMED.
    """
    if not is_valid(leaf, at):
        return "expired"
    if not _is_for_mail(leaf):
        return "purpose"
    if not addresses(leaf):
        return "other_signer"
    builder = PolicyBuilder().store(Store(list(authorities.roots))).time(at.astimezone(UTC))
    builder = builder.extension_policies(ca_policy=_CA, ee_policy=_LEAF)
    try:
        builder.build_client_verifier().verify(leaf, list(bundled))
    except VerificationError:
        return "untrusted"
    return None


def _is_for_mail(leaf: x509.Certificate) -> bool:
    """Mail must be named among the purposes, and signing among the uses where they are named."""
    purposes = extension(leaf, x509.ExtendedKeyUsage)
    uses = extension(leaf, x509.KeyUsage)
    signs = uses is None or uses.digital_signature or uses.content_commitment
    return signs and purposes is not None and ExtendedKeyUsageOID.EMAIL_PROTECTION in purposes


def _may_sign_certificates(
    _policy: Policy, _certificate: x509.Certificate, uses: x509.KeyUsage | None
) -> None:
    if uses and not uses.key_cert_sign:
        raise ValueError("an authority whose key may not sign certificates")


def _may_serve_mail(
    _policy: Policy, _certificate: x509.Certificate, purposes: x509.ExtendedKeyUsage | None
) -> None:
    """An authority's purposes, where named, limit what is below it."""
    served = {ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE}
    if purposes is not None and not served & set(purposes):
        raise ValueError("an authority that is not for mail")


# cryptography's own defaults are those of web servers: agencies' authorities need not follow them.
_EITHER = Criticality.AGNOSTIC
_CA = (
    ExtensionPolicy.permit_all()
    .require_present(x509.BasicConstraints, _EITHER, None)
    .may_be_present(x509.KeyUsage, _EITHER, _may_sign_certificates)
    .may_be_present(x509.ExtendedKeyUsage, _EITHER, _may_serve_mail)
)
_LEAF = ExtensionPolicy.permit_all().require_present(x509.SubjectAlternativeName, _EITHER, None)
