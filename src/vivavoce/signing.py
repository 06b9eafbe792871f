"""What we sign with our own secret: invitation links, recording links, page tokens; and secrets made of it."""

import base64
import hashlib
import hmac


def derived(secret: str, purpose: str, *parts: str) -> bytes:
    """32 bytes that only the holder of the secret can make: another secret, for one purpose."""
    message = "\0".join((purpose, *parts)).encode()
    return hmac.new(secret.encode(), message, hashlib.sha256).digest()


def signature(secret: str, purpose: str, *parts: str) -> str:
    """22 characters of URL-safe base64 (128 bits) that only the holder of the secret can make."""
    digest = derived(secret, purpose, *parts)
    return base64.urlsafe_b64encode(digest[:16]).rstrip(b"=").decode()


def verified(secret: str, given: str, purpose: str, *parts: str) -> bool:
    return hmac.compare_digest(given.encode(), signature(secret, purpose, *parts).encode())


def hashed(secret: str) -> bytes:
    """How a random secret is stored: it has enough entropy to need no salt."""
    return hashlib.sha256(secret.encode()).digest()
