"""What protects the page in the browser: its headers, and the check where a post comes from."""
from typing import Collection, Mapping
from urllib.parse import urlsplit

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types leaflet-chat"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # not `no-referrer`: with it browsers hide the origin of our own form's post from us
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def comes_from_us(headers: Mapping[str, str], public_url: str) -> bool:
    """Was this post sent by a page of our own? Browsers say so in headers that no page can forge.

    A client that sends neither header is no browser of the last years, and no page can make one act: its tokens decide.
    """
    if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    return origin is None or _host(origin) in {headers.get("host", "").lower(), _host(public_url)} - {""}


def comes_from(headers: Mapping[str, str], origins: Collection[str]) -> bool:
    """Was this post sent by a page of one of `origins`, hospitals' sites that may hold the chat?"""
    return headers.get("origin", "").lower() in origins


def _host(address: str) -> str:
    return urlsplit(address).netloc.lower()


def address_of(ip: str, headers: Mapping[str, str], proxies: int) -> str:
    """The patient's address: where `proxies` of our own stand before us, the one that the outermost of them saw."""
    passed_on = [entry.strip() for entry in headers.get("x-forwarded-for", "").split(",") if entry.strip()]
    return passed_on[-proxies] if proxies and len(passed_on) >= proxies else ip
