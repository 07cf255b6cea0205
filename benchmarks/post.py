"""The letters of the benchmark: plain reports, and replies as Gmail and Outlook write them."""

from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from pathlib import Path

from mailflow.demo import cast
from mailflow.demo.post import Mail
from mailflow.procedure.people import Person
from mailflow.procedure.terms import Role

REPORTERS = tuple(
    p
    for p in cast.ROSTER.people
    if p.unit != cast.BOARD_OF_DIRECTORS and Role.UNIT_HEAD not in p.roles
)
_PLACES = ("quầy số 3", "bàn tiếp nhận", "phòng họp tầng 2", "kho lưu trữ", "hòm thư góp ý")
_MATTERS = (
    "người dân phải chờ quá giờ hẹn mà không ai báo trước lý do",
    "giấy biên nhận ghi sai ngày hẹn trả kết quả, phải viết lại bằng tay",
    "bảng niêm yết thủ tục còn bản cũ, chưa thay theo quyết định mới",
    "sổ theo dõi văn bản đến bỏ trống cột người nhận của nhiều ngày",
)
_DECISIONS = (
    "Cần thực hiện\nDấu hiệu: Cơ hội cải tiến",
    "Không cần thực hiện\nLý do: việc này đã có trong kế hoạch quý sau",
    "Cần thực hiện\nDấu hiệu: Nâng cao chất lượng, sự thỏa mãn của khách hàng",
    "Chuyển đơn vị\nĐơn vị: Phòng Kế hoạch\nLý do: thuộc việc của phòng này",
    "Để tôi xem lại với anh em đã rồi trả lời sau nhé",
)
"""What unit heads answer in turn; the last decides nothing and is asked about."""


def reports(count: int, now: datetime) -> list[bytes]:
    """Write plain reports of improvements from everyone in turn, no two alike."""
    return [_report(number, now) for number in range(count)]


def _report(number: int, now: datetime) -> bytes:
    who = REPORTERS[number % len(REPORTERS)]
    place, matter = _PLACES[number % 5], _MATTERS[number // 5 % 4]
    letter = _letter(who, f"Góp ý về {place} lần {number}", f"report.{number}", now)
    letter.set_content(
        f"Kính gửi Ban ISO,\n\nĐề xuất cải tiến\nTại {place}, {matter}. Tôi đếm được {number + 2} "
        f"lượt trong tuần.\nNguồn: phản ánh của khách hàng\nMức độ: nhẹ\n\nTrân trọng,\n"
        f"{who.name}\n{who.position}, {who.unit}\nĐT: 0900 000 {number:03d}\n"
    )
    return letter.as_bytes()


def replies(mails: Sequence[Mail], now: datetime) -> list[bytes]:
    """Answer each of our mails, by turns as Gmail and as Outlook write it."""
    writers = (_gmail, _outlook)
    return [writers[n % 2](mail, _DECISIONS[n % 5], n, now) for n, mail in enumerate(mails)]


def _gmail(mail: Mail, words: str, number: int, now: datetime) -> bytes:
    letter = _answer(mail, number, now)
    said = f"Vào {now:%H:%M} {now:%d/%m/%Y}, Thư ký ISO <{cast.MAILBOX}> đã viết:"
    quoted = "\n".join(f"> {line}".rstrip() for line in mail.text.splitlines())
    letter.set_content(f"{words}\n\n{said}\n\n{quoted}\n")
    letter.add_alternative(
        f'<div dir="ltr">{_lines(words, "div")}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{escape(said)}<br></div><blockquote '
        'class="gmail_quote" style="margin:0px 0px 0px 0.8ex;border-left:1px solid '
        f'rgb(204,204,204);padding-left:1ex">{_lines(mail.text, "div")}</blockquote></div>',
        subtype="html",
    )
    return letter.as_bytes()


def _outlook(mail: Mail, words: str, number: int, now: datetime) -> bytes:
    letter = _answer(mail, number, now)
    rows = (("Từ", cast.MAILBOX), ("Đã gửi", f"{now:%d/%m/%Y %H:%M}"), ("Tới", mail.to))
    labelled = [*rows, ("Chủ đề", mail.subject)]
    head = "\n".join(f"{label}: {value}" for label, value in labelled)
    letter.set_content(f"{words}\n\n{'_' * 32}\n{head}\n\n{mail.text}")
    bold = "<br>".join(f"<b>{label}:</b> {escape(value)}" for label, value in labelled)
    letter.add_alternative(
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal '
        "{margin:0cm;font-size:11.0pt;font-family:Calibri} --></style></head><body lang=VI>"
        f"<div class=WordSection1>{_lines(words, 'p class=MsoNormal')}<p class=MsoNormal><o:p>"
        "&nbsp;</o:p></p><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm"
        f" 0cm 0cm'><p class=MsoNormal>{bold}<o:p></o:p></p></div>"
        f"{_lines(mail.text, 'p class=MsoNormal')}</div></body></html>",
        subtype="html",
    )
    return letter.as_bytes()


def _lines(text: str, tag: str) -> str:
    end = tag.partition(" ")[0]
    return "".join(f"<{tag}>{escape(line) or '<br>'}</{end}>" for line in text.splitlines())


def _answer(mail: Mail, number: int, now: datetime) -> EmailMessage:
    who = next(p for p in cast.ROSTER.people if p.email == mail.to)
    letter = _letter(who, f"Re: {mail.subject}", f"reply.{number}", now)
    letter["In-Reply-To"] = mail.message_id
    letter["References"] = mail.message_id
    return letter


def _letter(who: Person, subject: str, name: str, now: datetime) -> EmailMessage:
    """Begin a letter with the headers that servers on the way put above it."""
    letter = EmailMessage(policy=SMTP)
    letter["Return-Path"] = f"<{who.email}>"
    letter["Delivered-To"] = cast.MAILBOX
    for hop in ("mx.ankhe.example", "out.ankhe.example", "pc.ankhe.example"):
        letter["Received"] = f"from {hop} by mail.ankhe.example with ESMTPS; {format_datetime(now)}"
    letter["From"] = f"{who.name} <{who.email}>"
    letter["To"] = f"Thư ký ISO <{cast.MAILBOX}>"
    letter["Subject"] = subject
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = f"<{name}@{cast.DOMAIN}>"
    letter["Content-Language"] = "vi"
    return letter


def deliver(letters: Sequence[bytes], home: Path, name: str) -> None:
    """Lay letters into the mailbox of a home, in their order."""
    for number, letter in enumerate(letters):
        (home / "mail/in/new" / f"{name}.{number:05d}.post").write_bytes(letter)
