"""An authority of our own and people who sign with its certificates, for tests of S/MIME."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.base64mime import body_encode
from functools import cache
from pathlib import Path
from typing import Any

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from mailflow.intake.reading.certificates import Authorities

BEGIN, END = datetime(2020, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)
FOR_MAIL = (ExtendedKeyUsageOID.EMAIL_PROTECTION,)
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Holder:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: Key

    def pem(self) -> bytes:
        """Give both as openssl reads them."""
        plain, form = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
        key = self.key.private_bytes(Encoding.PEM, form, plain)
        return key + self.certificate.public_bytes(Encoding.PEM)


def holder(
    name: str,
    issuer: Holder | None = None,
    *,
    address: str = "",
    ca: bool = False,
    purposes: Sequence[x509.ObjectIdentifier] | None = None,
    uses: x509.KeyUsage | None = None,
    ends: datetime = END,
    key: Key | None = None,
) -> Holder:
    """Make a certificate, of a person where `address` is given, self-signed without `issuer`."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(BEGIN)
        .not_valid_after(ends)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if address:
        names = x509.SubjectAlternativeName([x509.RFC822Name(address)])
        builder = builder.add_extension(names, critical=False)
    if purposes is None and not ca:
        purposes = FOR_MAIL
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    if uses:
        builder = builder.add_extension(uses, critical=True)
    return Holder(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


def key_may(*what: str) -> x509.KeyUsage:
    """Say what a key may be used for, by the names of `x509.KeyUsage`; nothing else."""
    names = (
        *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
        *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
    )
    return x509.KeyUsage(**{name: name in what for name in names})


@cache
def root() -> Holder:
    """The authority the agency trusts."""
    return holder("Gốc", ca=True)


@cache
def between() -> Holder:
    """An authority that the root vouches for; its certificate travels with the signature."""
    return holder("Trung gian", root(), ca=True)


@cache
def rsa_key() -> rsa.RSAPrivateKey:
    """One RSA key for all that need one: it takes long to make."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def person(address: str) -> Holder:
    """Somebody with a sound certificate of the root."""
    return holder(f"Người ký {address}", root(), address=address)


def trust(*roots: Holder) -> Authorities:
    """The agency's trust: in the root, unless others are named."""
    return Authorities(tuple(r.certificate for r in roots or (root(),)))


def write_authority(path: Path) -> Path:
    """Write the root into the file that `smime_ca` names."""
    path.write_bytes(root().certificate.public_bytes(Encoding.PEM))
    return path


def sign(
    content: bytes,
    by: Holder,
    at: datetime | None,
    *,
    wrapped: bool = False,
    bundled: Sequence[Holder] | None = None,
    hashed: str = "sha256",
    signers: int = 1,
) -> bytes:
    """Sign with a chosen time, which no ready tool allows; without `at` no time is signed."""
    info = _signer(content, by, at, hashed)
    certificates = [by] if bundled is None else bundled
    inner: dict[str, Any] = {"content_type": "data"}
    if wrapped:
        inner["content"] = content
    message = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [{"algorithm": hashed}],
            "encap_content_info": inner,
            "certificates": [_asn1(h) for h in certificates],
            "signer_infos": [info] * signers,
        }
    )
    made: bytes = cms.ContentInfo({"content_type": "signed_data", "content": message}).dump()
    return made


def _asn1(by: Holder) -> Any:
    return asn1_x509.Certificate.load(by.certificate.public_bytes(Encoding.DER))


def _signer(content: bytes, by: Holder, at: datetime | None, hashed: str) -> Any:
    own, digest = _asn1(by), hashlib.new(hashed, content).digest()
    attributes: list[dict[str, Any]] = [
        {"type": "content_type", "values": ["data"]},
        {"type": "message_digest", "values": [digest]},
    ]
    if at:
        attributes.append({"type": "signing_time", "values": [cms.Time({"utc_time": at})]})
    covered = cms.CMSAttributes(attributes)
    if not isinstance(by.key, ec.EllipticCurvePrivateKey):
        raise TypeError("signs with elliptic curves only")
    algorithm = ec.ECDSA({"sha1": hashes.SHA1, "sha256": hashes.SHA256}[hashed]())
    issuer = {"issuer": own.issuer, "serial_number": own.serial_number}
    return cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": issuer}),
            "digest_algorithm": {"algorithm": hashed},
            "signed_attrs": covered,
            "signature_algorithm": {"algorithm": f"{hashed}_ecdsa"},
            "signature": by.key.sign(covered.dump(), algorithm),
        }
    )


def part(text: str) -> bytes:
    """Write words as a MIME part with the line ends of mail."""
    head = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    return (head + text.replace("\n", "\r\n")).encode()


def detached(head: str, content: bytes, signature: bytes) -> bytes:
    """Put together a letter whose signature is its second part; `head` are further headers."""
    kind = 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=rg'
    return (
        f"{head}MIME-Version: 1.0\r\nContent-Type: {kind}\r\n\r\n".encode()
        + b"(signed)\r\n--rg\r\n"
        + content
        + b"\r\n--rg\r\nContent-Type: application/pkcs7-signature; name=smime.p7s\r\n"
        + b"Content-Transfer-Encoding: base64\r\n\r\n"
        + body_encode(signature, eol="\r\n").encode()
        + b"\r\n--rg--\r\n"
    )


def opaque(head: str, der: bytes, kind: str = "signed-data") -> bytes:
    """Put together a letter that is one CMS message (`kind` "" leaves the smime-type out)."""
    named = f"; smime-type={kind}" if kind else ""
    return (
        f"{head}MIME-Version: 1.0\r\nContent-Type: application/pkcs7-mime{named}; name=smime.p7m"
        "\r\nContent-Transfer-Encoding: base64\r\n\r\n" + body_encode(der, eol="\r\n")
    ).encode()
