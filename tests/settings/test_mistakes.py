"""An IT officer makes every mistake there is, and is told all of them and how to mend each."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailflow.errors import Misconfigured
from mailflow.settings import load
from tests.settings.homes import faults_of, settings_of


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "agency.name: is missing; write for example name = "),
        ("", "mail.address: is missing; write for example address = "),
        ("mail = 3", "mail: is not a section; write [mail] on a line of its own"),
        ("[register]", "register: is not a section; write [[register]] on a line of its own"),
        ("register = [1]", "register[1]: is not a section; write [[register]]"),
        ("limits = 3", "limits: is not a section; write [limits]"),
        ("[mails]", "mails: no such key; write mail"),
        ("[extra]", "extra: no such key; the keys here are agency, mail, attachments, record"),
        ('home = "/srv"', "home: no such key"),
        ('[agency]\nnam = "x"', "agency.nam: no such key; write name"),
        ("[agency]\nname = 3", "agency.name: must be text in quotes; write for example name = "),
        ('[agency]\nname = " "', "agency.name: is empty"),
        ('[agency]\nname = "S\u200bở"', "agency.name: holds a character that cannot be seen"),
        ('[agency]\nid = "Sở"', "agency.id: 'Sở' has another form"),
        ('[agency]\ncode_prefix = "ctcl"', "agency.code_prefix: 'ctcl' has another form"),
        ('[agency]\ntime_zone = "Hà Nội"', "agency.time_zone: 'Hà Nội' is not a time zone"),
        ('[agency]\ntime_zone = "Asia"', "agency.time_zone: 'Asia' is not a time zone"),
        ('[agency]\ntime_zone = "../UTC"', "agency.time_zone: '../UTC' is not a time zone"),
        ('[agency]\noffice_hours = ["7h30", "17:00"]', "agency.office_hours[1]: '7h30' is not a"),
        ('[agency]\noffice_hours = [730, "17:00"]', "agency.office_hours[1]: 730 is not a time"),
        ('[agency]\noffice_hours = ["07:30"]', "agency.office_hours[2]: is missing"),
        ('[agency]\noffice_hours = "07:30"', "agency.office_hours: must be a list in square"),
        ('[agency]\noffice_hours = ["17:00", "07:30"]', "agency.office_hours: opens after it"),
        ('[mail]\naddress = "iso"', "mail.address: 'iso' is not one plain mail address"),
        ('[mail]\naddress = "a@b.vn, c@d.vn"', "mail.address: 'a@b.vn, c@d.vn' is not one"),
        ('[mail]\naddress = "thưký@coquan.test"', "mail.address: 'thưký@coquan.test' is not"),
        ('[mail]\nkind = "pop3"', "mail.kind: 'pop3' is not one of 'maildir', 'imap' or"),
        ('[mail]\nkind = "imap"', 'mail.host: is missing: kind = "imap" needs a server'),
        ('[mail]\nport = "993"', "mail.port: must be a whole number without quotes"),
        ("[mail]\nport = 0", "mail.port: 0 is too small, at least 1; write for example port = 993"),
        ("[mail]\nsmtp_port = 70000", "mail.smtp_port: 70000 is too large, at most 65535"),
        ('[mail]\ntls = "ssl"', "mail.tls: 'ssl' is not one of 'tls', 'starttls' or 'none'"),
        ('[mail]\nhost = "m.vn"\ntls = "none"', 'mail.tls: "none" would send the password'),
        ('[mail]\nclient_id = "1"', "mail.authority: and client_id stand together"),
        (
            '[mail]\nclient_id = "1"\nauthority = "http://a.vn/b"',
            "mail.authority: is not like https://",
        ),
        (
            '[mail]\nkind = "exchange"\ntls = "starttls"',
            "mail.tls: 'starttls' is not for Exchange, which is reached by HTTPS alone",
        ),
        (
            '[mail]\nkind = "exchange"\nendpoint = "mail.coquan.vn"',
            "mail.endpoint: is not the https:// address of EWS; write for example endpoint = ",
        ),
        (
            '[mail]\nkind = "exchange"\nendpoint = "http://mail.coquan.vn/EWS/Exchange.asmx"',
            "mail.endpoint: is not the https:// address of EWS",
        ),
        (
            '[mail]\nkind = "exchange"\n'
            'endpoint = "https://outlook.office365.com/EWS/Exchange.asmx"',
            "mail.endpoint: is Microsoft 365, which no longer speaks EWS: set kind = ",
        ),
        (
            '[mail]\nkind = "imap"\nhost = "m.vn"\nendpoint = "https://m.vn/EWS/Exchange.asmx"',
            'mail.endpoint: needs kind = "exchange"',
        ),
        (
            '[mail]\nkind = "exchange"\nclient_id = "1"\nauthority = "https://a.vn/b"',
            'mail.authority: needs kind = "imap": Exchange takes user and password',
        ),
        (
            '[mail]\nkind = "exchange"\nverp = true',
            "mail.verp: is not for Exchange, which sends from the mailbox's own address; "
            "write for example verp = false",
        ),
        ('[mail]\nauth = "kerberos"', "mail.auth: 'kerberos' is not one of 'ntlm' or 'basic'"),
        ('[mail]\nhost = "m.vn"\nsmtp_tls = "none"', 'mail.smtp_tls: "none" would send the'),
        ('[mail]\nca_file = "ca.pem"', "mail.ca_file: there is no file "),
        ('[mail]\nsmime_ca = "ca.pem"', "mail.smime_ca: there is no file "),
        ('[mail]\nmaildir_out = "mail/in"', "mail.maildir_out: is also maildir_in"),
        ('[mail]\nmaildir_in = ""', "mail.maildir_in: is not a path"),
        ("[mail]\nmaildir_in = 3", "mail.maildir_in: is not a path"),
        ('[record]\ndatabase_url = "mysql://h/d"', "record.database_url: is neither sqlite:///"),
        ('[record]\ndatabase_url = "sqlite://"', "record.database_url: names no file"),
        ('[record]\ndatabase_url = "sqlite:///:memory:"', "record.database_url: names no file"),
        (
            '[record]\ndatabase_url = "postgresql+psycopg:///m"',
            "record.database_url: is for many agencies: give this one an [agency] id of its own",
        ),
        ('[[register]]\nkeeper = "a@b.vn"', "register[1].path: is missing"),
        ('[[register]]\npath = "a.xlsx"', "register[1].keeper: is missing"),
        ('[[register]]\npath = "a.xlsm"', "register[1].path: 'a.xlsm' is not an .xlsx workbook"),
        (r"[[register]]" + "\npath = '\\\\srv\\so.xlsx'", "register[1].path: "),
        ('[[register]]\npath = "D:/so.xlsx"', "register[1].path: 'D:/so.xlsx' is a Windows path"),
        ('[[register]]\npath = "smb://m/a.xlsx"', "register[1].path: is not like smb://server/"),
        ('[[register]]\npath = "smb://m/c/a.xls"', "register[1].path: 'a.xls' is not an .xlsx"),
        (
            '[[register]]\npath = "smb://m/c/a.xlsx"\nkeeper = "a@b.vn"',
            "register[1].path: lies on a share: write [share] user",
        ),
        (
            '[[register]]\npath = "a.xlsx"\n[[register]]\npath = "./a.xlsx"',
            "register[2].path: 'a.xlsx' stands in an earlier [[register]] already",
        ),
        ("[limits]\ndecid = 3", "limits.decid: is not the name of a limit; the names are decide"),
        ("[limits]\nneed = 0", "limits.need: 0 is too small, at least 1; write for example need ="),
        (
            "[limits]\nmail = 0",
            "limits.mail: 0 is too small, at least 1; write for example mail = 2",
        ),
        ("[limits]\nneed = true", "limits.need: must be a whole number"),
        ("[limits]\nneed = 1.5", "limits.need: must be a whole number"),
        ('[numbering]\npattern = "{seq}"', "numbering.pattern: must hold {seq} and {year}"),
        ('[numbering]\npattern = "{seq}/{năm}"', "numbering.pattern: must hold {seq} and {year}"),
        ('[numbering]\npattern = "{seq.real}/{year}"', "numbering.pattern: must hold {seq} and"),
        ('[numbering]\npattern = "{seq:.0e}/{year}"', "numbering.pattern: may only say how many"),
        ('[numbering]\npattern = "{seq}/{year"', "numbering.pattern: "),
        ("[iso]\npresent_weekday = 7", "iso.present_weekday: 7 is too large, at most 6"),
        ('[iso]\nsame_person_verifies = "no"', "iso.same_person_verifies: 'no' is not one of"),
        ("[reminders]\niso_lead = 2", "reminders.iso_lead: 2 comes before unit_head"),
        ("[reminders]\nagency_head = 4", "reminders.agency_head: 4 comes before iso_lead"),
        ("[retention]\nyears = 2", "retention.years: 2 is too small, at least 3"),
        ("[digest]\nweekdays = []", "digest.weekdays: is empty"),
        ("[digest]\nweekdays = [1, 8]", "digest.weekdays"),
        ("[digest]\nweekdays = 1", "digest.weekdays: must be a list in square brackets"),
    ],
)
def test_a_mistake_is_named_by_its_key(tmp_path: Path, text: str, fault: str) -> None:
    """The officer reads which key is wrong, what is wrong with it, and a line that works."""
    assert any(line.startswith(fault) for line in faults_of(tmp_path, text)), text


def test_every_mistake_is_named_at_once(tmp_path: Path) -> None:
    """One reading finds the faults of all sections, so that mending takes one round."""
    text = """
        [agency]
        office_hours = ["17:00", "07:30"]
        [mail]
        kind = "imap"
        adress = "iso@coquan.test"
        port = "993"
        mail_password = "x"
        [[register]]
        path = "a.xls"
        [[register]]
        path = "b.xlsx"
        keeper = "ai đó"
        [limits]
        decid = 1
        need = 0
        [iso]
        present_weekday = 9
    """
    faults = faults_of(tmp_path, text)

    assert sorted(fault.partition(": ")[0] for fault in faults) == [
        "agency.name", "agency.office_hours", "iso.present_weekday", "limits.decid", "limits.need",
        "mail.address", "mail.adress", "mail.host", "mail.mail_password", "mail.port",
        "register[1].keeper", "register[1].path", "register[2].keeper",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        '[mail]\nkind = "imap"\nport = 0\nsmtp_port = 0\ntls = 1\nuser = 1\nsmtp_user = 1',
        "[agency]\nid = 1\nparent = 1\ncode_prefix = 1\ntime_zone = 1\noffice_hours = [1, 2]",
        "[mail]\nmaildir_in = 1\nmaildir_out = 1\ninbox = 1\ndone_folder = 1\nreview_folder = 1",
        "[mail]\ntrusted_authserv = 1\ndisplay_name = 1\nsmtp_host = 1\nsmtp_tls = 1\nkind = 1",
        "[record]\ndatabase_url = 1",
        "[limits]\ndecide = 0\nverify = 0",
        "[iso]\nstanding_order = 1\nlong_work_days = 0\nrepeat_threshold = 0",
        "[reminders]\nbefore = 0\nevery = 0\nunit_head = 0\niso_lead = 0\nagency_head = 0",
        "[digest]\nweekdays = [9]",
    ],
)
def test_what_the_officer_is_told_to_write_works(tmp_path: Path, text: str) -> None:
    """A file made of nothing but the lines the faults propose has no fault."""
    sections = {"agency": {'name = "A"'}, "mail": {'address = "a@coquan.test"'}}
    for fault in faults_of(tmp_path, text):
        section, example = fault.partition(".")[0], fault.partition("write for example ")[2]
        key = example.partition(" ")[0]
        lines = {line for line in sections.get(section, set()) if not line.startswith(f"{key} ")}
        sections[section] = {*lines, example}
    (tmp_path / "ca.pem").touch()

    mended = "\n".join("\n".join((f"[{name}]", *lines)) for name, lines in sections.items())

    assert settings_of(tmp_path, mended)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (
            "[agency]\nname = “Sở”",
            "mailflow.toml: Invalid value (at line 2, column 8); write strai",
        ),
        ('[mail]\nca_file = "C:\\ca"', "(at line 2, column "),
        ('[mail]\nca_file = "C:\\ca"', "write paths with /, never with \\"),
        ("[mail]\naddress = iso@coquan.test", 'text must stand in quotes "…"'),
        ("[mail\n", "(at line 1, column 6)"),
        ('[mail]\naddress = "a', "mailflow.toml: Unterminated string"),
        ("[iso]\nlong_work_days = 1\nlong_work_days = 2", "mailflow.toml: Cannot overwrite a"),
    ],
)
def test_a_file_that_is_not_toml_is_refused_with_its_line(
    tmp_path: Path, text: str, fault: str
) -> None:
    """A slip of the keyboard is named by line, with a hint for the common ones."""
    faults = faults_of(tmp_path, text)

    assert len(faults) == 1
    assert fault in faults[0]


def test_a_home_without_settings_is_told_about_init(tmp_path: Path) -> None:
    """Started in the wrong folder, the program says which file it misses and both ways out."""
    with pytest.raises(Misconfigured) as refused:
        load(tmp_path)

    assert refused.value.faults == (
        f"{tmp_path / 'mailflow.toml'} does not exist; "
        f"give --home, or run: mailflow init {tmp_path}",
    )


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    """Saved in the old Windows code page, the file is not half read."""
    (tmp_path / "mailflow.toml").write_bytes('[agency]\nname = "S\xf4 N\xf4i"'.encode("cp1252"))

    with pytest.raises(Misconfigured, match="save it as UTF-8"):
        load(tmp_path)


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    """What cannot be read is a fault with the machine's reason, not a traceback."""
    (tmp_path / "mailflow.toml").mkdir()

    with pytest.raises(Misconfigured, match="cannot be read: Is a directory"):
        load(tmp_path)


@given(text=st.text(max_size=200))
def test_no_text_at_all_makes_it_stumble(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    """Anything typed into the file is refused in words; no other error escapes."""
    home = tmp_path_factory.mktemp("home")

    assert all(faults_of(home, text))
