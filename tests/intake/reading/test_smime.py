"""S/MIME: who really signed a letter, whether it is as they signed it, and what of it is read."""

import subprocess
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from mailflow.errors import Misconfigured
from mailflow.intake.quotes.quoting import new_words
from mailflow.intake.reading import certificates
from mailflow.intake.reading.certificates import Authorities
from mailflow.intake.reading.letter import Letter, read
from mailflow.intake.reading.signatures import (
    MOST_CERTIFICATES,
    UNSIGNED,
    Signature,
    Why,
    unwrapped,
    verify,
)
from mailflow.intake.senders.sender import who
from mailflow.procedure.people import Person, Roster
from tests.components import need
from tests.intake.reading import signing
from tests.intake.reading.signing import Holder, between, detached, holder, opaque, part, sign

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
NOW = datetime.now(UTC)  # what cryptography and openssl sign with cannot be chosen
AN = "an@so.vn"
HEAD = "From: Nguyen Van An <an@so.vn>\r\nTo: iso@so.vn\r\nMessage-ID: <1@so.vn>\r\n"
YES = part("CTCL-2026-0007-K\nĐồng ý.\n")
NO = part("CTCL-2026-0007-K\nKhông đồng ý.\n")


def an() -> Holder:
    """An, with a certificate of the authority the agency trusts."""
    return signing.person(AN)


def judged(
    letter: bytes | Letter, at: datetime = AT, authorities: Authorities | None = None
) -> Signature:
    """Judge a letter's signature as one of From's address."""
    got = read(letter) if isinstance(letter, bytes) else letter
    found = verify(got.sealed, authorities or signing.trust(), at)
    return who(got, new_words(got), ROSTER, None, None, found).signature


ROSTER = Roster(people=(Person(AN, "Nguyễn Văn An", AN, "Phòng A"),))


def by_library(content: bytes, by: Holder, *others: Holder, wrapped: bool = False) -> bytes:
    """Sign as cryptography does."""
    builder = pkcs7.PKCS7SignatureBuilder().set_data(content)
    builder = builder.add_signer(by.certificate, by.key, hashes.SHA256())
    for other in others:
        builder = builder.add_certificate(other.certificate)
    beside = [] if wrapped else [pkcs7.PKCS7Options.DetachedSignature]
    return builder.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary, *beside])


def by_openssl(folder: Path, content: bytes, by: Holder, *options: str) -> bytes:
    """Sign as openssl does."""
    openssl = need("openssl")
    (folder / "content").write_bytes(content)
    (folder / "signer.pem").write_bytes(by.pem())
    command = [openssl, "cms", "-sign", "-binary", "-outform", "DER", "-in", "content"]
    done = subprocess.run(
        [*command, "-signer", "signer.pem", *options], cwd=folder, capture_output=True, check=True
    )
    return done.stdout


# --- what holds ----------------------------------------------------------------------------------


def test_a_detached_signature_of_the_sender_passes() -> None:
    """The words are read, the signature is no attachment, and its certificate names From."""
    letter = read(detached(HEAD, YES, by_library(YES, an())))
    assert letter.text == "CTCL-2026-0007-K\nĐồng ý.\n"
    assert (letter.attachments, letter.problems) == ((), ())
    found = judged(letter, NOW)
    assert (found.verdict, found.why, found.addresses) == ("pass", None, frozenset({AN}))


@pytest.mark.parametrize("kind", ["signed-data", ""])
def test_an_opaque_letter_is_unwrapped_and_read(kind: str) -> None:
    """Outlook's other shape, with or without its smime-type: words, files and headers are there."""
    inner = EmailMessage()
    inner.set_content("Đồng ý")
    inner.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="bb.pdf")
    content = inner.as_bytes().replace(b"\n", b"\r\n")
    letter = read(opaque(HEAD, by_library(content, an(), wrapped=True), kind))
    assert letter.text.strip() == "Đồng ý"
    assert [a.name for a in letter.attachments] == ["bb.pdf"]
    assert (letter.from_addresses, letter.message_id, letter.problems) == ((AN,), "1@so.vn", ())
    assert judged(letter, NOW).verdict == "pass"


def test_a_p7m_whose_type_a_gateway_forgot_is_unwrapped() -> None:
    """application/octet-stream with the name smime.p7m is the same thing (RFC 8551, 3.9)."""
    raw = opaque(HEAD, sign(YES, an(), AT, wrapped=True), "")
    raw = raw.replace(b"application/pkcs7-mime", b"application/octet-stream")
    assert read(raw).text == "CTCL-2026-0007-K\nĐồng ý.\n"
    assert judged(raw).verdict == "pass"


@pytest.mark.parametrize("shape", ["detached", "opaque"])
@pytest.mark.parametrize("key", ["rsa", "pss", "ec"])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_openssl_and_we_agree_on_what_holds(
    tmp_path: Path, shape: str, key: str, digest: str
) -> None:
    """RSA, RSA-PSS and ECDSA with the three hashes, as another program signs them."""
    made = signing.rsa_key() if key != "ec" else None
    by = holder("An", signing.root(), address=AN, key=made)
    options = ["-md", digest, *(["-keyopt", "rsa_padding_mode:pss"] if key == "pss" else [])]
    if shape == "detached":
        raw = detached(HEAD, YES, by_openssl(tmp_path, YES, by, *options))
    else:
        raw = opaque(HEAD, by_openssl(tmp_path, YES, by, "-nodetach", *options))
    assert judged(raw, NOW).verdict == "pass"
    assert read(raw).text == "CTCL-2026-0007-K\nĐồng ý.\n"


def test_openssl_names_the_key_and_streams(tmp_path: Path) -> None:
    """The signer named by its key's id, and content of indefinite length in many pieces."""
    content = part("Đồng ý\n" + "dòng\n" * 50_000)
    key = ec.generate_private_key(ec.SECP384R1())
    by = _with_key_id(holder("An", signing.root(), address=AN, key=key))
    raw = opaque(HEAD, by_openssl(tmp_path, content, by, "-nodetach", "-stream", "-keyid"))
    assert judged(raw, NOW).verdict == "pass"
    assert read(raw).text.startswith("Đồng ý\ndòng\n")


def _with_key_id(by: Holder) -> Holder:
    key_id = x509.SubjectKeyIdentifier.from_public_key(by.key.public_key())
    old = by.certificate
    builder = x509.CertificateBuilder(
        old.issuer, old.subject, by.key.public_key(), old.serial_number,
        old.not_valid_before_utc, old.not_valid_after_utc, [*old.extensions],
    ).add_extension(key_id, critical=False)  # fmt: skip
    return Holder(builder.sign(signing.root().key, hashes.SHA256()), by.key)


def test_rsa_pss_of_the_library_passes() -> None:
    """Its salt may be as long as the key allows."""
    key = signing.rsa_key()
    by = holder("An", signing.root(), address=AN, key=key)
    pss = padding.PSS(padding.MGF1(hashes.SHA512()), padding.PSS.MAX_LENGTH)
    builder = pkcs7.PKCS7SignatureBuilder().set_data(YES)
    builder = builder.add_signer(by.certificate, key, hashes.SHA512(), rsa_padding=pss)
    options = [pkcs7.PKCS7Options.Binary, pkcs7.PKCS7Options.DetachedSignature]
    raw = detached(HEAD, YES, builder.sign(Encoding.DER, options))
    assert judged(raw, NOW).verdict == "pass"


def test_an_intermediate_authority_travels_with_the_signature() -> None:
    """Root, intermediate, signer: with the intermediate it passes, without it nobody vouches."""
    by = holder("An", between(), address=AN)
    whole = detached(HEAD, YES, sign(YES, by, AT, bundled=[between(), by]))
    assert judged(whole).verdict == "pass"
    assert judged(detached(HEAD, YES, sign(YES, by, AT))).why == "untrusted"


def test_line_ends_of_the_way_change_nothing() -> None:
    """Signed with CRLF; a Maildir has LF; a program that signs LF itself is understood too."""
    raw = detached(HEAD, YES, sign(YES, an(), AT))
    in_maildir = raw.replace(b"\r\n", b"\n")
    assert judged(raw).verdict == judged(in_maildir).verdict == "pass"
    bare = YES.replace(b"\r\n", b"\n")
    assert judged(detached(HEAD, bare, sign(bare, an(), AT))).verdict == "pass"


def test_the_same_address_in_other_letters_passes() -> None:
    """Case does not matter in SAN and From."""
    by = holder("An", signing.root(), address="An@So.VN")
    assert judged(detached(HEAD, YES, sign(YES, by, AT))).verdict == "pass"


# --- what does not -------------------------------------------------------------------------------


def test_changed_words_are_tampering() -> None:
    """Detached or wrapped, a changed letter is not what was signed."""
    aside = sign(YES, an(), AT)
    assert judged(detached(HEAD, NO, aside)).why == "tampered"
    within = sign(YES, an(), AT, wrapped=True)
    assert judged(opaque(HEAD, within.replace(b"0007-K", b"0008-L"))).why == "tampered"


def test_tampering_is_seen_without_any_authority() -> None:
    """Nobody need vouch for it: the words are not those that were signed."""
    letter = read(detached(HEAD, NO, sign(YES, an(), AT)))
    assert verify(letter.sealed, None, AT).why == "tampered"
    sound = read(detached(HEAD, YES, sign(YES, an(), AT)))
    assert verify(sound.sealed, None, AT) == UNSIGNED


def test_a_signature_by_another_key_is_tampering() -> None:
    """A certificate can be copied by anybody; its key cannot."""
    forger = Holder(an().certificate, ec.generate_private_key(ec.SECP256R1()))
    assert judged(detached(HEAD, YES, sign(YES, forger, AT))).why == "tampered"


def test_somebody_elses_signature_is_no_proof_of_from() -> None:
    """Sound and trusted, but of a colleague."""
    found = judged(detached(HEAD, YES, sign(YES, signing.person("binh@so.vn"), AT)))
    assert (found.verdict, found.why) == ("invalid", "other_signer")


def test_a_bundled_certificate_that_signed_nothing_counts_for_nothing() -> None:
    """Mallory signs and sends An's certificate along."""
    mallory = signing.person("mallory@so.vn")
    for bundle in ([mallory, an()], [an(), mallory]):
        raw = detached(HEAD, YES, sign(YES, mallory, AT, bundled=bundle))
        assert judged(raw).why == "other_signer"
    assert judged(detached(HEAD, YES, sign(YES, mallory, AT, bundled=[an()]))).why == (
        "no_certificate"
    )


def test_an_address_in_the_subject_alone_names_nobody() -> None:
    """No SAN: whatever the common name says."""
    nameless = holder(AN, signing.root())
    assert judged(detached(HEAD, YES, sign(YES, nameless, AT))).why == "other_signer"


def test_an_unknown_authority_vouches_for_nobody() -> None:
    """Mallory's own authority, and An's certificate signed by herself or by a mere colleague."""
    own = holder("Gốc", ca=True)
    for issuer in (own, None, signing.person("binh@so.vn")):
        by = holder("An", issuer, address=AN)
        bundle = [by, issuer] if issuer else [by]
        raw = detached(HEAD, YES, sign(YES, by, AT, bundled=bundle))
        assert judged(raw).why == "untrusted"


def test_a_certificate_past_its_date_at_arrival_is_expired() -> None:
    """The letter's arrival counts, not the day on which it is looked at."""
    by = holder("An", signing.root(), address=AN, ends=AT)
    raw = detached(HEAD, YES, sign(YES, by, AT - timedelta(hours=1)))
    assert judged(raw, AT).verdict == "pass"
    assert judged(raw, AT + timedelta(seconds=1)).why == "expired"


@pytest.mark.parametrize(
    "purposes",
    [(), (ExtendedKeyUsageOID.SERVER_AUTH,), (ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE,)],
)
def test_a_certificate_not_for_mail_is_refused(purposes: tuple[x509.ObjectIdentifier, ...]) -> None:
    """emailProtection must be named."""
    by = holder("An", signing.root(), address=AN, purposes=purposes)
    assert judged(detached(HEAD, YES, sign(YES, by, AT))).why == "purpose"


def test_a_key_that_may_not_sign_is_refused() -> None:
    """An encryption certificate signs nothing; either use that means signing will do."""
    for use, why in (
        ("key_encipherment", "purpose"),
        ("digital_signature", None),
        ("content_commitment", None),
    ):
        by = holder("An", signing.root(), address=AN, uses=signing.key_may(use))
        assert judged(detached(HEAD, YES, sign(YES, by, AT))).why == why


def test_an_authority_between_must_be_one_for_mail() -> None:
    """One for web servers only, or whose key may not sign certificates, vouches for nobody."""
    for_web, for_mail = (ExtendedKeyUsageOID.SERVER_AUTH,), signing.FOR_MAIL
    for purposes, use, why in (
        (for_web, "key_cert_sign", "untrusted"),
        (for_mail, "crl_sign", "untrusted"),
        (for_mail, "key_cert_sign", None),
    ):
        uses = signing.key_may(use)
        inner = holder("Giữa", signing.root(), ca=True, purposes=purposes, uses=uses)
        by = holder("An", inner, address=AN)
        assert judged(detached(HEAD, YES, sign(YES, by, AT, bundled=[by, inner]))).why == why


def test_sha1_is_refused() -> None:
    """Two contents with one SHA-1 can be made."""
    assert judged(detached(HEAD, YES, sign(YES, an(), AT, hashed="sha1"))).why == "algorithm"


@pytest.mark.parametrize(
    ("signed_at", "why"),
    [
        (None, "undated"),
        (AT - timedelta(days=7, seconds=1), "old"),
        (AT - timedelta(days=7), None),
        (AT + timedelta(days=1), None),
        (AT + timedelta(days=1, seconds=1), "old"),
    ],
)
def test_a_signature_counts_near_its_own_time(signed_at: datetime | None, why: Why | None) -> None:
    """What somebody kept cannot act months later; a clock may be wrong by a day."""
    assert judged(detached(HEAD, YES, sign(YES, an(), signed_at))).why == why


def test_two_signers_are_not_told_apart() -> None:
    """One letter, one person."""
    assert judged(detached(HEAD, YES, sign(YES, an(), AT, signers=2))).why == "several"


def test_only_so_many_certificates_are_looked_at() -> None:
    """Twenty may come along, no more."""
    for count, verdict in ((MOST_CERTIFICATES, "pass"), (MOST_CERTIFICATES + 1, "invalid")):
        bundle = [an()] * count
        assert judged(detached(HEAD, YES, sign(YES, an(), AT, bundled=bundle))).verdict == verdict


# --- what is read --------------------------------------------------------------------------------


def test_nothing_but_what_was_signed_is_read() -> None:
    """Words before, between and after the parts were not signed and are not seen."""
    raw = detached(HEAD, YES, sign(YES, an(), AT))
    around = raw.replace(b"(signed)", "Từ chối".encode()) + "Từ chối".encode()
    assert "Từ chối" not in read(around).text
    assert judged(around).verdict == "pass"


def test_a_third_part_makes_the_signature_worthless() -> None:
    """All parts are then read, as of a letter that nobody signed."""
    raw = detached(HEAD, YES, sign(YES, an(), AT))
    third = raw.replace(b"--rg--", b"--rg\r\nContent-Type: text/plain\r\n\r\nHai\r\n--rg--")
    assert read(third).text.count("Đồng ý") == read(third).text.count("Hai") == 1
    assert judged(third).why == "unreadable"


def test_a_boundary_inside_the_content_is_not_ours() -> None:
    """A multipart within has a boundary that begins like the outer one."""
    inner = (
        b'Content-Type: multipart/mixed; boundary="rg2"\r\n\r\n--rg2\r\n'
        + YES
        + b"\r\n--rg2\r\n"
        + part("phụ lục")
        + b"\r\n--rg2--\r\n"
    )
    letter = read(detached(HEAD, inner, sign(inner, an(), AT)))
    assert "phụ lục" in letter.text
    assert judged(letter).verdict == "pass"


def test_a_signed_mail_that_was_forwarded_proves_nothing() -> None:
    """Its signer did not send this letter; its words are not read either."""
    signed = detached(HEAD, YES, sign(YES, an(), AT))
    outer = b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n"
    mail = b"\r\n--out\r\nContent-Type: message/rfc822\r\n\r\n" + signed + b"\r\n--out--\r\n"
    letter = read(HEAD.encode() + outer + part("Xin chuyển") + mail)
    assert letter.text == "Xin chuyển"
    assert judged(letter) == UNSIGNED


def test_a_signed_part_within_a_lists_wrapping_proves_nothing() -> None:
    """The signature covers less than what is read."""
    signed = detached("", YES, sign(YES, an(), AT))
    outer = b"Content-Type: multipart/mixed; boundary=out\r\n\r\n--out\r\n"
    raw = HEAD.encode() + outer + signed + b"\r\n--out\r\n" + part("-- Ban ISO") + b"\r\n--out--"
    assert "Đồng ý" in read(raw).text
    assert judged(raw) == UNSIGNED


def test_an_encrypted_letter_is_named_as_such() -> None:
    """Also where the smime-type is missing; certificates alone are no letter."""
    key = signing.rsa_key()
    to = holder("Ban ISO", signing.root(), address="iso@so.vn", key=key)
    builder = pkcs7.PKCS7EnvelopeBuilder().set_data(YES).add_recipient(to.certificate)
    der = builder.encrypt(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    for kind in ("enveloped-data", ""):
        letter = read(opaque(HEAD, der, kind))
        assert (letter.text, letter.problems, letter.sealed) == ("", ("encrypted",), None)
    bag = pkcs7.serialize_certificates([an().certificate], Encoding.DER)
    assert read(opaque(HEAD, bag, "certs-only")).problems == ("signed_opaque",)


def test_openpgp_is_left_alone() -> None:
    """A multipart/signed of another kind is read as before and is no S/MIME signature."""
    raw = detached(HEAD, YES, b"x").replace(b"pkcs7-signature", b"pgp-signature")
    assert read(raw).text == "CTCL-2026-0007-K\nĐồng ý.\n"
    assert read(raw).sealed is None


def test_two_signings_of_the_same_words_are_told_apart() -> None:
    """`once` is the same however the letter travels, and another for every act of signing."""
    first, second = (sign(YES, an(), AT + timedelta(minutes=m)) for m in (0, 1))
    travelled = detached(HEAD, YES, first).replace(b"\r\n", b"\n").replace(b"<1@", b"<2@")
    assert judged(detached(HEAD, YES, first)).once == judged(travelled).once
    assert judged(detached(HEAD, YES, second)).once != judged(travelled).once


# --- hostile bytes -------------------------------------------------------------------------------


@pytest.mark.threat("stolen or broken signature")
@given(
    cut=st.lists(
        st.tuples(
            st.integers(0, 3_000), st.integers(0, 255), st.sampled_from(["set", "cut", "add"])
        ),
        min_size=1,
        max_size=6,
    ),
    wrapped=st.booleans(),
)
def test_no_change_of_the_bytes_passes_or_crashes(
    cut: list[tuple[int, int, str]], wrapped: bool
) -> None:
    """Bytes set, dropped or added: what still passes says what was signed."""
    der = bytearray(sign(YES, signing.person(AN), AT, wrapped=wrapped))
    for place, value, how in cut:
        at = place % max(1, len(der))
        if how == "set":
            der[at : at + 1] = bytes([value])
        else:
            der[at:at] = bytes([value]) if how == "add" else b""
            del der[at : at + (how == "cut") * value]
    letter = read(opaque(HEAD, bytes(der)) if wrapped else detached(HEAD, YES, bytes(der)))
    found = judged(letter)
    assert found.verdict in {"pass", "invalid", "none"}
    if found.verdict == "pass":
        assert letter.text == "CTCL-2026-0007-K\nĐồng ý.\n"


@given(st.binary(max_size=300))
def test_no_bytes_crash_it(noise: bytes) -> None:
    """Neither as a signature nor as a wrapped letter."""
    assert judged(detached(HEAD, YES, noise)).verdict == "invalid"
    assert unwrapped(noise)[1] is None
    assert read(opaque(HEAD, noise)).problems in {("signed_opaque",), ("encrypted",)}


def test_a_message_in_a_million_crumbs_is_refused_at_once() -> None:
    """ASN.1 of countless small pieces would keep the parser busy for minutes."""
    head = bytes.fromhex("3080 06092a864886f70d010702 a080 3080 020101 3100 3080")
    content = bytes.fromhex("06092a864886f70d010701 a080 2480")
    end = bytes(6) + bytes.fromhex("31023000") + bytes(6)
    few, many = (head + content + b"\x04\x01A" * count + end for count in (1_000, 1_000_000))
    assert unwrapped(few) == ("signed_data", b"A" * 1_000)
    began = time.perf_counter()
    assert unwrapped(many) == ("", None)
    assert time.perf_counter() - began < 5


def test_authorities_that_vouch_for_each_other_do_not_keep_us_busy() -> None:
    """Twenty certificates of one name and key make more paths than anybody could walk."""
    maze = holder("Mê cung", ca=True)
    by = holder("An", maze, address=AN)
    ring = [holder("Mê cung", maze, ca=True, key=maze.key) for _ in range(MOST_CERTIFICATES - 1)]
    began = time.perf_counter()
    assert judged(detached(HEAD, YES, sign(YES, by, AT, bundled=[by, *ring]))).why == "untrusted"
    assert time.perf_counter() - began < 5


# --- the agency's file of authorities ------------------------------------------------------------


def test_the_file_of_authorities_may_hold_several(tmp_path: Path) -> None:
    """Each of them vouches."""
    other = holder("Gốc khác", ca=True)
    file = tmp_path / "ca.pem"
    file.write_bytes(
        b"".join(h.certificate.public_bytes(Encoding.PEM) for h in (other, signing.root()))
    )
    raw = detached(HEAD, YES, sign(YES, an(), AT))
    assert judged(raw, authorities=certificates.load(file)).verdict == "pass"
    assert judged(raw, authorities=signing.trust(other)).why == "untrusted"
    assert certificates.load(None) is None


def test_a_file_that_holds_no_authority_is_a_fault(tmp_path: Path) -> None:
    """Words, a person's certificate, nothing: each is said with the setting's name."""
    person = an().certificate.public_bytes(Encoding.PEM)
    for name, content in (("chữ", b"x"), ("người", person), ("rỗng", b"")):
        file = tmp_path / f"{name}.pem"
        file.write_bytes(content)
        with pytest.raises(Misconfigured, match=r"mail\.smime_ca"):
            certificates.load(file)
    with pytest.raises(Misconfigured, match=r"mail\.smime_ca"):
        certificates.load(tmp_path)


def test_an_authority_past_its_dates_is_named() -> None:
    """`check` warns of it."""
    old = holder("Gốc cũ", ca=True, ends=AT)
    assert signing.trust(old).expired(AT) == []
    assert signing.trust(old, signing.root()).expired(AT + timedelta(seconds=1)) == ["CN=Gốc cũ"]
