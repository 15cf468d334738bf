"""The pages that Loket's home page is compared with, built from the packages as they are published.

They lie in .cache/line; what cannot be fetched is not measured. Fetched once, they serve later runs: what is
measured is how they travel, and that is measured each time.
"""

import json
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

from tests.journeys.browser import ROOT

CACHE = ROOT / ".cache" / "line"
NPM = {"govuk-frontend": "6.6.0", "filepond": "4.32.12", "uppy": "6.0.1"}
PIP = ("django==5.2.19", "whitenoise==6.12.0", "gunicorn==27.0.1", "brotli==1.2.1")

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head>
<body{attributes}>{body}</body></html>
"""
_SETTINGS = """
import os
SECRET_KEY = "only for measuring"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "line_urls"
INSTALLED_APPS = ["django.contrib." + name for name in
                  ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware", "whitenoise.middleware.WhiteNoiseMiddleware",
              "django.middleware.gzip.GZipMiddleware", "django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
HERE = os.path.dirname(os.path.abspath(__file__))
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.path.join(HERE, "db.sqlite3")}}
STATIC_URL, STATIC_ROOT = "/static/", os.path.join(HERE, "static")
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
"""
_URLS = """
from django.contrib import admin
from django.urls import path
urlpatterns = [path("admin/", admin.site.urls)]
"""


class NotFetched(Exception):
    """A package could not be had; the message says why."""


def floor() -> Path:
    """The smallest useful page: 1,000 bytes of HTML with one field, no style, no script."""
    folder = CACHE / "pages" / "floor"
    folder.mkdir(parents=True, exist_ok=True)
    form = '<h1>Cek status</h1><form><label>Nomor <input name="nomor"></label> <button>Cek</button></form><p>'
    empty = _PAGE.format(title="Lantai", head='<link rel="icon" href="data:,">', attributes="", body=form)
    words = "Tulis nomor permohonan yang ada di bukti pengajuan Anda. " * 20
    (folder / "index.html").write_text(empty.replace("<p>", f"<p>{words[: 1000 - len(empty)]}"))
    return folder


def comparison(name: str) -> Path:
    """The folder of a page made of the npm package of that name. Raises NotFetched."""
    package = _npm(name) / "node_modules" / name
    folder = CACHE / "pages" / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    page = {"govuk-frontend": _govuk, "filepond": _filepond, "uppy": _uppy}[name](package, folder)
    (folder / "index.html").write_text(page)
    return folder


def _npm(name: str) -> Path:
    folder = CACHE / f"npm-{name}"
    wanted = f"{name}@{NPM[name]}"
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == wanted:
        return folder
    if shutil.which("npm") is None:
        raise NotFetched("npm is not installed")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text("{}")
    _fetch("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(folder), wanted)
    stamp.write_text(wanted)
    return folder


def _fetch(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    except subprocess.TimeoutExpired as slow:
        raise NotFetched(f"{command[0]} took too long") from slow
    if done.returncode:
        raise NotFetched(f"{Path(command[0]).name} failed: {done.stderr.strip()[-200:]}")


def _govuk(package: Path, folder: Path) -> str:
    """Template, header, one question, button and footer, each as the package itself shows it."""
    parts = package / "dist" / "govuk"
    shutil.copytree(parts / "assets", folder / "assets")
    for file in ("govuk-frontend.min.css", "govuk-frontend.min.js"):
        shutil.copy(parts / file, folder / file)

    def shown(component: str) -> str:
        known = json.loads((parts / "components" / component / "fixtures.json").read_text())["fixtures"]
        return str(next(one["html"] for one in known if one["name"] == "default"))

    head = (
        '<link rel="icon" sizes="48x48" href="/assets/images/favicon.ico">'
        '<link rel="icon" sizes="any" href="/assets/images/favicon.svg" type="image/svg+xml">'
        '<link rel="manifest" href="/assets/manifest.json"><link rel="stylesheet" href="/govuk-frontend.min.css">'
    )
    body = (
        "<script>document.body.className += ' js-enabled' + ('noModule' in HTMLScriptElement.prototype"
        " ? ' govuk-frontend-supported' : '');</script>"
        f'{shown("skip-link")}<header class="govuk-template__header">{shown("header")}{shown("service-navigation")}'
        '</header><div class="govuk-width-container"><main class="govuk-main-wrapper" id="main-content">'
        '<h1 class="govuk-heading-l">Change your identity card</h1>'
        f"<form>{shown('input')}{shown('button')}</form></main></div>"
        f'<footer class="govuk-template__footer">{shown("footer")}</footer><script type="module">import {{ initAll }}'
        " from '/govuk-frontend.min.js'; initAll()</script>"
    )
    page = _PAGE.format(title="Service", head=head, attributes=' class="govuk-template__body"', body=body)
    return page.replace('<html lang="en">', '<html lang="en" class="govuk-template">')


def _filepond(package: Path, folder: Path) -> str:
    """Its first example: a file field that it takes over."""
    for file in ("filepond.min.css", "filepond.min.js"):
        shutil.copy(package / "dist" / file, folder / file)
    return _PAGE.format(
        title="Upload", attributes="", head='<link rel="stylesheet" href="/filepond.min.css">',
        body='<h1>Upload</h1><form><input type="file" class="filepond" name="filepond" multiple><button>Send</button>'
        '</form><script src="/filepond.min.js"></script><script>FilePond.parse(document.body)</script>',
    )  # fmt: skip


def _uppy(package: Path, folder: Path) -> str:
    """Its first example: the dashboard in the page, uploading by tus."""
    for file in ("uppy.min.css", "uppy.min.mjs"):
        shutil.copy(package / "dist" / file, folder / file)
    return _PAGE.format(
        title="Upload", attributes="", head='<link rel="stylesheet" href="/uppy.min.css">',
        body='<h1>Upload</h1><div id="drop"></div><script type="module">import { Uppy, Dashboard, Tus } from'
        " '/uppy.min.mjs'; new Uppy().use(Dashboard, { inline: true, target: '#drop' })"
        ".use(Tus, { endpoint: '/files/' })</script>",
    )  # fmt: skip


def django() -> tuple[Path, dict[str, str]]:
    """(folder of a project with the admin site, environment that runs it with this interpreter). Raises NotFetched."""
    house, folder = CACHE / "django", CACHE / "pages" / "django"
    stamp = house / "installed"
    if not stamp.exists() or stamp.read_text() != " ".join(PIP):
        venv.create(house, clear=True, with_pip=True)
        _fetch(str(house / "bin" / "pip"), "install", "--quiet", *PIP)
        stamp.write_text(" ".join(PIP))
    packages = next(house.glob("lib/python*/site-packages"))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "line_settings.py").write_text(_SETTINGS)
    (folder / "line_urls.py").write_text(_URLS)
    wanted = {"PYTHONPATH": f"{packages}:{folder}", "DJANGO_SETTINGS_MODULE": "line_settings"}
    for task in (["migrate"], ["collectstatic", "--noinput"]):
        done = subprocess.run(
            [sys.executable, "-m", "django", *task, "--verbosity", "0"],
            env={**os.environ, **wanted}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise NotFetched(f"django {task[0]} failed: {done.stderr.strip()[-200:]}")
    return folder, wanted
