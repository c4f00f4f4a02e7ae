"""Settings: read from the environment once, frozen afterwards."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from environs import Env

MIB = 1024 * 1024


@dataclass(frozen=True)
class Settings:
    """Every knob of the portal. Sizes in bytes, times in seconds."""

    database_url: str = "sqlite:///var/portal.sqlite3"
    secret_key: str = ""
    var: Path = Path("var")
    seal_key_file: Path = Path("var/keys/seal.key")
    base_url: str = "http://127.0.0.1:8000"
    proxies: int = 0
    """So many reverse proxies stand in front; only theirs is believed about where a request comes from."""
    practice: bool = False
    session_seconds: int = 8 * 3600
    fresh_login_seconds: int = 15 * 60
    max_upload: int = 25 * MIB
    mail_from: str = "Inkoop jeugdhulp <noreply@example.org>"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_user: str = ""
    smtp_password: str = ""
    smtp_starttls: bool = True
    smtp_ca_file: str = ""
    clamav: str = ""
    """Where the ClamAV daemon listens: host:port or the path of its socket. Empty: uploads are not scanned for malware."""
    soffice: str = ""
    """The program that makes PDF of Word documents, by name or path; empty: documents are Word only."""
    log_format: str = "json"
    """json: one object per line; plain: for a person at a terminal."""
    metrics_token: str = ""
    """Whoever asks for /metrics shows it; empty: there are no metrics."""

    @property
    def file_root(self) -> Path:
        return self.var / "files"

    @property
    def mail_folder(self) -> Path:
        return self.var / "mail"

    @property
    def clock_file(self) -> Path:
        return self.var / "clock.json"

    @property
    def lock_file(self) -> Path:
        return self.var / "scheduler.lock"


def kept_secret(path: Path) -> str:
    """A random secret that is made once and kept in a file that only its owner may read. Raises ValueError for an empty file.

    Made under a name of its own and then linked: two processes that start at once agree on one, and neither reads half.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    if not (found := path.read_text().strip()):
        raise ValueError(f"{path} is empty: remove it, and a new secret is made")
    return found


def load_settings() -> Settings:
    """Read `PORTAL_*` from the environment; what is not set keeps its default."""
    env = Env(prefix="PORTAL_")
    defaults = Settings()
    var = Path(env.str("VAR", str(defaults.var))).absolute()
    with_var = {
        "database_url": env.str("DATABASE_URL", f"sqlite:///{var / 'portal.sqlite3'}"),
        "seal_key_file": Path(env.str("SEAL_KEY_FILE", str(var / "keys" / "seal.key"))),
        "secret_key": env.str("SECRET_KEY", "") or kept_secret(var / "keys" / "session.key"),
    }
    return Settings(
        var=var,
        base_url=env.str("BASE_URL", defaults.base_url).rstrip("/"),
        proxies=env.int("PROXIES", defaults.proxies),
        practice=env.bool("PRACTICE", defaults.practice),
        session_seconds=env.int("SESSION_SECONDS", defaults.session_seconds),
        fresh_login_seconds=env.int("FRESH_LOGIN_SECONDS", defaults.fresh_login_seconds),
        max_upload=env.int("MAX_UPLOAD", defaults.max_upload),
        mail_from=env.str("MAIL_FROM", defaults.mail_from),
        smtp_host=env.str("SMTP_HOST", defaults.smtp_host),
        smtp_port=env.int("SMTP_PORT", defaults.smtp_port),
        smtp_user=env.str("SMTP_USER", defaults.smtp_user),
        smtp_password=env.str("SMTP_PASSWORD", defaults.smtp_password),
        smtp_starttls=env.bool("SMTP_STARTTLS", defaults.smtp_starttls),
        smtp_ca_file=env.str("SMTP_CA_FILE", defaults.smtp_ca_file),
        clamav=env.str("CLAMAV", defaults.clamav),
        soffice=env.str("SOFFICE", "soffice"),
        log_format=env.str("LOG_FORMAT", defaults.log_format),
        metrics_token=env.str("METRICS_TOKEN", defaults.metrics_token),
        **with_var,  # type: ignore[arg-type]
    )
