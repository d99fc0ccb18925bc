"""Whether a webhook is from Kick: an RSA signature (PKCS #1 v1.5, SHA-256) checked with Kick's public key. Pure.

To check a signature needs no secret and no care for timing: the whole block is built anew and compared (RFC 8017, 8.2.2 and 9.2).
Source of what is signed: docs.kick.com/events/webhook-security: `message id . timestamp . body`, the signature in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017 9.2, note 1: SHA-256
_RSA = bytes.fromhex("06092a864886f70d010101")  # object identifier 1.2.840.113549.1.1.1
_PEM = re.compile(r"-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]{1,4000})-----END PUBLIC KEY-----")
_SEQUENCE, _INTEGER, _BITS = 0x30, 0x02, 0x03
MIN_BITS, MAX_BITS = 2048, 8192


@dataclass(frozen=True, slots=True)
class PublicKey:
    """An RSA key: modulus and exponent."""

    modulus: int
    exponent: int

    @property
    def size(self) -> int:
        """Its length in bytes."""
        return (self.modulus.bit_length() + 7) // 8


def read_key(pem: str) -> PublicKey | None:
    """Return the key of a PEM text (SubjectPublicKeyInfo, RFC 5280), or None where there is no RSA key of a fit size in it."""
    found = _PEM.search(pem)
    if not found:
        return None
    try:
        whole, rest = _part(base64.b64decode("".join(found[1].split()), validate=True), _SEQUENCE)
        algorithm, bits = _part(whole, _SEQUENCE)
        inner, after = _part(bits, _BITS)
        numbers, end = _part(inner[1:], _SEQUENCE)
        modulus, more = _part(numbers, _INTEGER)
        exponent, last = _part(more, _INTEGER)
    except (ValueError, binascii.Error, IndexError):
        return None
    if rest or after or end or last or inner[0] or not algorithm.startswith(_RSA):
        return None
    key = PublicKey(int.from_bytes(modulus), int.from_bytes(exponent))
    fit = MIN_BITS <= key.modulus.bit_length() <= MAX_BITS and key.modulus % 2 and key.exponent % 2 and 2 < key.exponent < 1 << 33
    return key if fit else None


def _part(data: bytes, kind: int) -> tuple[bytes, bytes]:
    """Return the content of the DER value that `data` begins with, and what is after it; ValueError if it is not of that kind."""
    if len(data) < 2 or data[0] != kind:
        raise ValueError("another kind")
    length, start = data[1], 2
    if length & 0x80:
        count = length & 0x7F
        if not 0 < count <= 3 or len(data) < 2 + count:
            raise ValueError("bad length")
        length, start = int.from_bytes(data[2 : 2 + count]), 2 + count
    if len(data) < start + length:
        raise ValueError("cut off")
    return data[start : start + length], data[start + length :]


def is_signed(key: PublicKey, signature: str, message: str, timestamp: str, body: bytes) -> bool:
    """Whether Kick signed this body under this message id and timestamp (both as the headers say them)."""
    try:
        given = base64.b64decode(signature, validate=True)
        signed = f"{message}.{timestamp}.".encode("latin-1") + body
    except (ValueError, binascii.Error):
        return False
    number = int.from_bytes(given)
    if len(given) != key.size or number >= key.modulus:
        return False
    tail = _DIGEST_INFO + hashlib.sha256(signed).digest()
    wanted = b"\x00\x01" + b"\xff" * (key.size - len(tail) - 3) + b"\x00" + tail
    return pow(number, key.exponent, key.modulus).to_bytes(key.size) == wanted
