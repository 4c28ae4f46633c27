"""The only reader of the environment. Mistakes are collected here and shown by the system checks of `sluse.up.checks`."""

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from sluse import environment

BASE_DIR = Path(__file__).resolve().parent

_environment = environment.read(os.environ)

DATA_DIR: Path = _environment.data_dir
DEBUG: bool = _environment.debug
SECRET_KEY: str = _environment.secret_key
ENCRYPTION_KEYS: tuple[tuple[str, bytes], ...] = _environment.encryption_keys
ALLOWED_HOSTS: list[str] = list(_environment.allowed_hosts)
BASE_URL: str = _environment.base_url
ENVIRONMENT_PROBLEMS: tuple[str, ...] = _environment.problems

# --- Sluse ----------------------------------------------------------------------------------------
XLEDGER_URL: str = _environment.xledger_url
XLEDGER_DEMO_URL: str = _environment.xledger_demo_url
BUSINESS_CENTRAL_API_URL: str = _environment.business_central_api_url
BUSINESS_CENTRAL_LOGIN_URL: str = _environment.business_central_login_url
BUSINESS_CENTRAL_WEB_URL: str = _environment.business_central_web_url
FINANCE_URL: str = _environment.finance_url
QUARANTINE_SECONDS: int | None = _environment.quarantine_seconds
INCARNATION: str = _environment.incarnation
ERP_DEADLINE_SECONDS: float = _environment.erp_deadline_seconds

# --- Mail -----------------------------------------------------------------------------------------
_email = _environment.email
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _email.host else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _email.host, _email.port
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email.user, _email.password
EMAIL_USE_TLS, EMAIL_USE_SSL = _email.uses_tls, _email.uses_ssl
EMAIL_TIMEOUT = 10  # seconds: a silent mail server must not stop a worker
DEFAULT_FROM_EMAIL = _email.sender

# --- Django ---------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_htmx",
    "procrastinate.contrib.django",
    "sluse.audit",
    "sluse.organizations",
    "sluse.vouchers",
    "sluse.gate",
    "sluse.connectors",
    "sluse.sync",
    "sluse.reimbursements",
    "sluse.webhooks",
    "sluse.up",
    "sluse.cli",
    "sluse.api",
    "sluse.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "sluse.reach.middleware.ReachMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sluse.web.language.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sluse.web.language.UserLanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "sluse.urls"
WSGI_APPLICATION = "sluse.wsgi.application"
APPEND_SLASH = False

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sluse.web.context.page",
            ],
            "builtins": ["sluse.web.templatetags.sluse"],
        },
    },
]

DATABASES: dict[str, dict[str, Any]] = {"default": _environment.database}
"""The application's role. Migrations run as OWNER_DATABASE, so that the application need not own its log."""
OWNER_DATABASE: dict[str, Any] = _environment.owner_database

PROCRASTINATE_IMPORT_PATHS = ["sluse.sync.wake"]

AUTH_USER_MODEL = "organizations.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "CommonPasswordValidator", "NumericPasswordValidator")
] + [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Norwegian Bokmål")), ("nn", _("Norwegian Nynorsk")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "sluse_language"
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["sluse.web.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
"""Served from the packages themselves: nothing to collect, nothing to forget."""

# --- Security -------------------------------------------------------------------------------------
_HTTPS = BASE_URL.startswith("https://")
SESSION_COOKIE_NAME = "sluse_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60  # seconds: a working day
CSRF_FAILURE_VIEW = "sluse.web.errors.csrf_failure"
CSRF_TRUSTED_ORIGINS = [BASE_URL] if BASE_URL else []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS else None
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER_FILTER = "sluse.web.fault_filter.NothingTold"
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024  # bytes: 1,000 reimbursements of 30 lines fit
FORM_RENDERER = "sluse.web.forms.renderer.Renderer"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 4_000

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    },
}

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "sluse": {"level": "INFO"},
        "httpx2": {"level": "WARNING"},  # it would name whole addresses, with the values in their queries
        "httpcore2": {"level": "WARNING"},
    },
}
