"""Who may call REST: anybody on this machine while no public address is configured; everybody else needs the token."""
import hmac
import ipaddress
import os
from dataclasses import dataclass
from typing import Mapping


@dataclass(frozen=True)
class Access:
    """REST_TOKEN: the secret callers send as `Authorization: Bearer …`. PUBLIC_URL: set where others can reach the server."""

    token: str = ""
    public: bool = False

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> "Access":
        return cls(environ.get("REST_TOKEN", "").strip(), bool(environ.get("PUBLIC_URL", "").strip()))

    def __repr__(self) -> str:
        return f"Access(token={'set' if self.token else 'none'}, public={self.public})"

    def allows(self, address: str, headers: Mapping[str, str]) -> bool:
        """May a caller from `address` with these headers ask? A proxy's caller counts as from elsewhere."""
        if not self.public and _is_loopback(address) and not _is_forwarded(headers):
            return True
        return bool(self.token) and hmac.compare_digest(headers.get("authorization", "").encode(), f"Bearer {self.token}".encode())


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _is_forwarded(headers: Mapping[str, str]) -> bool:
    return any(name in headers for name in ("x-forwarded-for", "forwarded", "x-real-ip"))
