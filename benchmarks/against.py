"""The same letters through roundup and django-helpdesk, each in an environment of its own.

Only the standard library is imported here, since their interpreters run this file as well.
"""

import importlib
import logging
import os
import subprocess
import sys
import venv
from argparse import ArgumentParser
from collections.abc import Sequence
from email.utils import parseaddr
from pathlib import Path
from time import process_time
from types import ModuleType, SimpleNamespace
from typing import Any

PLACE = Path("/tmp/bench-intake-rivals")  # noqa: S108 - a cache of environments, made anew at need
RIVALS = {"roundup": "roundup==2.6.*", "helpdesk": "django-helpdesk==2.6.*"}
FIRST = 20
"""Letters taken in before the clock starts, so that nobody pays for importing."""


def rates(letters: Sequence[bytes], folder: Path) -> dict[str, float]:
    """Measure each rival on these letters: messages for each second of processor time.

    Makes their environments the first time, from the machine's package index. Raises
    CalledProcessError when one cannot be made or fails.
    """
    post = folder / "against"
    post.mkdir()
    for number, letter in enumerate(letters):
        (post / f"{number:05d}.eml").write_bytes(letter)
    return {name: _rate(name, post, folder / name) for name in RIVALS}


def _rate(name: str, post: Path, home: Path) -> float:
    python = _environment(name)
    command = [str(word) for word in (python, __file__, name, post, home)]
    environ = {**os.environ, "SENDMAILDEBUG": os.devnull}
    run = subprocess.run(command, check=True, capture_output=True, text=True, env=environ)  # noqa: S603 - our own file in an environment made here
    return float(run.stdout.split()[-1])


def _environment(name: str) -> Path:
    """Make a rival's environment, unless it stands."""
    python = PLACE / name / "bin" / "python"
    if not (PLACE / f"{name}.done").exists():
        venv.create(PLACE / name, clear=True, with_pip=True)
        install = [str(python), "-m", "pip", "--quiet", "install", RIVALS[name]]
        subprocess.run(install, check=True)  # noqa: S603 - names from the table above
        (PLACE / f"{name}.done").touch()
    return python


def _drive(name: str, post: Path, home: Path) -> float:
    """Take every letter in and give the messages a second; runs in the rival's interpreter."""
    take, count = {"roundup": _roundup, "helpdesk": _helpdesk}[name](home, post)
    letters = sorted(post.iterdir())
    for letter in letters[:FIRST]:
        take(letter)
    start = process_time()
    for letter in letters[FIRST:]:
        take(letter)
    spent = process_time() - start
    if count() != len(letters):
        raise SystemExit(f"{name} took in {count()} of {len(letters)} letters")
    return (len(letters) - FIRST) / spent


def _roundup(home: Path, post: Path) -> Any:
    """Make a classic tracker on sqlite that knows the writers; one mail gateway takes all."""
    admin = Path(sys.executable).with_name("roundup-admin")
    settings = "mail_domain=ankhe.example,mail_host=localhost,tracker_web=http://localhost/"
    for words in (["install", "classic", "sqlite", settings], ["initialise", "bench"]):
        subprocess.run([admin, "-i", home, *words], check=True, capture_output=True)  # noqa: S603 - fixed words
    tracker = importlib.import_module("roundup.instance").open(str(home))
    database = tracker.open("admin")
    for number, address in enumerate(sorted(set(map(_writer, post.iterdir())))):
        names = {"username": f"u{number}", "address": address, "roles": "User"}
        database.user.create(**names)
    database.commit()
    database.close()
    arguments = SimpleNamespace(default_class="", set_value=[])
    gateway = tracker.MailGW(tracker, arguments)

    def take(letter: Path) -> None:
        with letter.open("rb") as stream:
            gateway.main(stream)

    def count() -> int:
        opened = tracker.open("admin")
        issues = len(opened.issue.list())
        opened.close()
        return issues

    return take, count


def _writer(letter: Path) -> str:
    line = next(x for x in letter.read_bytes().split(b"\r\n") if x.lower().startswith(b"from:"))
    return parseaddr(line.decode("latin-1"))[1]


def _urls() -> Any:
    return importlib.import_module("django.urls").include("helpdesk.urls")


APPS = ("auth", "contenttypes", "sessions", "sites", "messages", "admin", "humanize")


def _helpdesk(home: Path, _post: Path) -> Any:
    """Make a project on sqlite with one queue; letters go through extract_email_metadata."""
    home.mkdir()
    importlib.import_module("django.conf").settings.configure(
        INSTALLED_APPS=[*(f"django.contrib.{a}" for a in APPS), "rest_framework", "helpdesk"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": home / "db"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
        HELPDESK_TEAMS_MODE_ENABLED=False,
        HELPDESK_ALWAYS_SAVE_INCOMING_EMAIL_MESSAGE=False,
        MEDIA_ROOT=home / "media",
        ROOT_URLCONF="bench_urls",
        SITE_ID=1,
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        USE_TZ=True,
        LOGGING_CONFIG=None,
    )
    importlib.import_module("django").setup()
    urls = ModuleType("bench_urls")
    urls.urlpatterns = [importlib.import_module("django.urls").path("", _urls())]  # type: ignore[attr-defined]  # Django reads it from the module
    sys.modules["bench_urls"] = urls
    importlib.import_module("django.core.management").call_command("migrate", verbosity=0)
    models = importlib.import_module("helpdesk.models")
    queue = models.Queue.objects.create(title="ISO", slug="iso", allow_email_submission=True)
    extract = importlib.import_module("helpdesk.email").extract_email_metadata
    logger = logging.getLogger("bench")
    logger.addHandler(logging.NullHandler())

    def take(letter: Path) -> None:
        extract(message=letter.read_bytes().decode(), queue=queue, logger=logger)

    return take, models.Ticket.objects.count


if __name__ == "__main__":
    parser = ArgumentParser()
    parser.add_argument("name", choices=RIVALS)
    parser.add_argument("post", type=Path)
    parser.add_argument("home", type=Path)
    asked = parser.parse_args()
    sys.stdout.write(f"{_drive(asked.name, asked.post, asked.home)}\n")
