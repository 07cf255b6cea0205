"""What mail programs write under a reply: their plain text and their HTML, in both languages."""

from mailflow.outbox.address import MARKER

OLD = "Kính gửi anh/chị,\nKHÔNG DUYỆT thì gõ: không duyệt\nHạn: 15/6"
QUOTED = "".join(f"> {line}\n" for line in OLD.split("\n"))

# Plain text; each stands under the reply.
TEXT_CLIENTS = {
    "gmail_vi": f"Vào Th 2, 3 thg 11, 2025 lúc 17:00 Phần mềm <\niso@so.vn> đã viết:\n\n{QUOTED}",
    "gmail_vi_wrapped": (
        f"Vào Th 2, 3 thg 11, 2025 lúc 17:00 Phần mềm ISO của Sở <iso@so.vn>\nđã viết:\n\n{QUOTED}"
    ),
    "gmail_vi_old": f"Vào lúc 17:00 3 tháng 11, 2025, Phần mềm đã viết:\n{QUOTED}",
    "gmail_vi_older": f"Vào 17:00 Th 2, 3 thg 11, 2025 Phần mềm <iso@so.vn> đã viết:\n{QUOTED}",
    "gmail_en": f"On Mon, Nov 3, 2025 at 5:00 PM Phần mềm <iso@so.vn> wrote:\n\n{QUOTED}",
    "gmail_unquoted": f"On Mon, Nov 3, 2025 at 5:00 PM Phần mềm <iso@so.vn> wrote:\n\n{OLD}",
    "thunderbird_vi": f"Vào lúc 17:00 ngày 03/11/2025, Phần mềm đã viết:\n{QUOTED}",
    "thunderbird_vi_name": f"Phần mềm đã viết:\n{QUOTED}",
    "thunderbird_vi_after": f"Phần mềm đã viết vào lúc 3/11/2025 17:00:\n{QUOTED}",
    "thunderbird_forward": f"-------- Thư gốc --------\nChủ đề: KPH\n{OLD}",
    "k9_vi": f"-------- Thư gốc --------\nTừ: iso@so.vn\nĐã gửi: 3/11\nĐến: an@so.vn\n\n{OLD}",
    "k9_attribution": f"Vào 17:00 3 tháng 11, 2025, iso@so.vn đã viết:\n{QUOTED}",
    "zimbra_vi": f"----- Vào 3 Thg11, 2025, lúc 17:00, Phần mềm <iso@so.vn> đã viết:\n{QUOTED}",
    "zimbra_original": f"----- Thông điệp gốc -----\nTừ: iso@so.vn\nTới: an@so.vn\n{OLD}",
    "zimbra_forward": f"----- Thông điệp đã chuyển tiếp -----\nTừ: iso@so.vn\n\n{OLD}",
    "outlook_vi": (
        "________________________________\nTừ: Phần mềm <iso@so.vn>\nĐã gửi: Thứ Hai\n"
        f"Tới: An\nChủ đề: KPH\n\n{OLD}"
    ),
    "outlook_vi_bold": (
        f"*Từ:* Phần mềm\n*Đã gửi:* Thứ Hai 17:00\n*Đến:* An\n*Tiêu đề:* KPH\n\n{OLD}"
    ),
    "outlook_vi_bare": (
        f"Từ: Phần mềm\nNgày gửi: 3/11\nGửi đến: An\nĐồng gửi: B\nChủ đề: KPH\n\n{OLD}"
    ),
    "outlook_en": f"-----Original Message-----\nFrom: Phần mềm\nSent: Monday\nTo: An\n\n{OLD}",
    "outlook_en_bare": f"From: Phần mềm <iso@so.vn>\nSent: Monday\nTo: An\nSubject: KPH\n\n{OLD}",
    "roundcube_vi": f"Người gửi: iso@so.vn\nNgày: 3/11/2025\nNgười nhận: an@so.vn\n\n{OLD}",
    "apple_forward": f"Bắt đầu thư được chuyển tiếp:\n\n{QUOTED}",
    "zoho": f"---- On Mon, 03 Nov 2025 17:00:00 +0700 iso@so.vn wrote ----\n\n{OLD}",
    "dated": f"2025-11-03 17:00 GMT+07:00 Phần mềm <iso@so.vn>:\n\n{QUOTED}",
    "french": f"Le lun. 3 nov. 2025 à 17:00, Phần mềm <iso@so.vn> a écrit :\n\n{QUOTED}",
    "marker": f"{MARKER}\n{OLD}",
    "marker_rewrapped": f"> ## trả lời phía\u00a0trên dòng này ##\n{QUOTED}",
    "bare_quote": f"{QUOTED}",
    "outlook_mailto": (
        f"From: ISO [mailto:iso@so.vn]\nSent: 3 tháng 11 2025 17:00\nTo: An\nSubject: KPH\n\n{OLD}"
    ),
    "outlook_wide_colon": f"Từ：ISO\nĐã gửi：3/11\nTới：An\nChủ đề：KPH\n\n{OLD}",
    "apple_vi": f"Vào ngày 3 thg 11, 2025, lúc 17:00, ISO <iso@so.vn> đã viết:\n\n{QUOTED}",
    "mailmate": f"Forwarded message:\n\n{QUOTED}",
    "german": (
        "-----Ursprüngliche Nachricht-----\nVon: ISO <iso@so.vn>\nGesendet: 3. Nov. 2025 17:00\n"
        f"An: An\nBetreff: KPH\n\n{OLD}"
    ),
    "german_wrapped": (
        f"Phần mềm ISO <iso@so.vn> schrieb am Mo., 3.\nNov. 2025 um 17:00 Uhr:\n\n{QUOTED}"
    ),
    "french_wrapped": f'Le 3 nov. 2025 17:00, "ISO"\n<iso@so.vn>\na écrit :\n\n{QUOTED}',
    "swedish": f"Från: ISO <iso@so.vn>\nSkickat: 3 nov 2025 17:00\nTill: An\nÄmne: KPH\n\n{OLD}",
    "italian": (
        f"Da: ISO\nRisposta: ISO\nData: lunedì 3 novembre 2025 17:00\nA: An\nOggetto: KPH\n\n{OLD}"
    ),
    "spanish_indented": f'El 3/11/2025 17:00, "ISO" <iso@so.vn> escribió:\n\n    {OLD}',
    "yahoo_one_line": f"----- Mensaje reenviado ----- De: ISO <iso@so.vn>Para: An\n{OLD}",
}

# HTML; {} stands where the reply goes, OLD where the old mail stands.
HTML_CLIENTS = {
    "gmail": (
        '{}<br><div class="gmail_quote">'
        '<div dir="ltr" class="gmail_attr">Vào Th 2, 3 thg 11, 2025 lúc 17:00 X '
        "&lt;<a>iso@so.vn</a>&gt; đã viết:<br></div>"
        '<blockquote class="gmail_quote">OLD</blockquote></div>'
    ),
    "gmail_no_attr": (
        '{}<div class="gmail_extra">'
        '<div class="gmail_quote">On Mon, Nov 3, 2025 X &lt;iso@so.vn&gt; wrote:<br>'
        '<blockquote class="gmail_quote">OLD</blockquote></div></div>'
    ),
    "gmail_forward": (
        '{}<div class="gmail_quote">'
        '<div class="gmail_attr">---------- Forwarded message ---------<br>Từ: '
        "X</div>OLD</div>"
    ),
    "outlook_web": (
        '{}<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Từ:</b> X<br>'
        "<b>Đã gửi:</b> 3/11</div><div>OLD</div>"
    ),
    "outlook_windows": (
        "<p class=MsoNormal>{}</p><div>"
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm '
        '0cm"><p class=MsoNormal><b>Từ:</b> X<br><b>Tới:</b> An</p></div></div>'
        "<p>OLD</p>"
    ),
    "outlook_windows_en": (
        "<p>{}</p>"
        "<div style='border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in "
        "0in'><p><b><span>From:</span></b> X</p></div><p>OLD</p>"
    ),
    "outlook_new": (
        '<div>{}</div><div id="mail-editor-reference-message-container"><div>OLD</div></div>'
    ),
    "outlook_mac": '<div>{}</div><span id="OLK_SRC_BODY_SECTION"><div>Từ: X</div>OLD</span>',
    "apple": (
        '{}<br><div><br><blockquote type="cite"><div>Vào 3 thg 11, X đã viết:</div>'
        '</blockquote></div><blockquote type="cite">OLD</blockquote>'
    ),
    "thunderbird": (
        '<p>{}</p><div class="moz-cite-prefix">Vào lúc 17:00, X đã viết:<br></div>'
        '<blockquote type="cite" cite="mid:1">OLD</blockquote>'
    ),
    "thunderbird_forward": (
        '<p>{}</p><div class="moz-forward-container">-------- Thư --------<table><tr>'
        "<th>Từ:</th></tr></table>OLD</div>"
    ),
    "zimbra": (
        '<div>{}</div><hr id="zwchr" data-marker="__DIVIDER__">'
        '<div data-marker="__HEADERS__"><b>Từ: </b>X</div>'
        '<div data-marker="__QUOTED_TEXT__">OLD</div>'
    ),
    "yahoo": (
        '<div>{}</div><div id="ydp1" class="ydp1yahoo_quoted">'
        "<div>Vào X đã viết:</div><div>OLD</div></div>"
    ),
    "outlook_word": (
        "<!--[if gte mso 9]><xml><o:OfficeDocumentSettings><o:AllowPNG/>TỪ CHỐI"
        "</o:OfficeDocumentSettings></xml><![endif]-->"
        "<style><!-- p.MsoNormal {margin:0cm;} --></style><div class=WordSection1>"
        "<p class=MsoNormal><span lang=VI>{}<o:p></o:p></span></p>"
        "<p class=MsoNormal><o:p>&nbsp;</o:p></p><div>"
        "<div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        "<p class=MsoNormal><b><span lang=EN-US>Từ:</span></b><span lang=EN-US> ISO<br><b>Đã gửi:"
        "</b> Thứ Hai<br><b>Tới:</b> An<br><b>Chủ đề:</b> KPH<o:p></o:p></span></p></div></div>"
        "<p class=MsoNormal>OLD<o:p></o:p></p></div>"
    ),
    "outlook_mobile": (
        '<div dir="auto">{}</div><div id="ms-outlook-mobile-signature"><div>Tải <a>Outlook cho iOS'
        '</a></div></div><hr><div id="divRplyFwdMsg"><b>Từ:</b> ISO<br><b>Tới:</b> An</div>OLD'
    ),
    "iphone": (
        '{}<br><br><div dir="ltr">Đã gửi từ iPhone của tôi</div><div dir="ltr"><br><blockquote '
        'type="cite">Vào 17:00, 3 thg 11, 2025, ISO &lt;iso@so.vn&gt; đã viết:<br><br>'
        '</blockquote></div><blockquote type="cite"><div dir="ltr">OLD</div></blockquote>'
    ),
    "roundcube": (
        '<p>{}</p><p id="reply-intro">Vào 03/11/2025 17:00, ISO đã viết:</p>'
        '<blockquote type="cite">OLD</blockquote>'
    ),
    "proton": (
        "<div>{}</div>"
        '<div class="protonmail_quote">Vào X<blockquote '
        'class="protonmail_quote">OLD</blockquote></div>'
    ),
}
