"""Kick's signatures: what the `cryptography` package and OpenSSL sign is taken, and nothing else."""

import base64
import shutil
import subprocess

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import given, settings
from hypothesis import strategies as st

from livebot.platforms.kick.signature import PublicKey, is_signed, read_key

PRIVATE = rsa.generate_private_key(public_exponent=65537, key_size=2048)
KICK_DOCUMENTED = """-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAq/+l1WnlRrGSolDMA+A8
6rAhMbQGmQ2SapVcGM3zq8ANXjnhDWocMqfWcTd95btDydITa10kDvHzw9WQOqp2
MZI7ZyrfzJuz5nhTPCiJwTwnEtWft7nV14BYRDHvlfqPUaZ+1KR4OCaO/wWIk/rQ
L/TjY0M70gse8rlBkbo2a8rKhu69RQTRsoaf4DVhDPEeSeI5jVrRDGAMGL3cGuyY
6CLKGdjVEM78g3JfYOvDU/RvfqD7L89TZ3iN94jrmWdGz34JNlEI5hqK8dd7C5EF
BEbZ5jgB8s8ReQV8H+MkuffjdAj3ajDDX3DOJMIut1lBrUVD1AaSrGCKHooWoL2e
twIDAQAB
-----END PUBLIC KEY-----"""


def pem(key):
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def sign(data, private=PRIVATE, pad=None, digest=None):
    return base64.b64encode(private.sign(data, pad or padding.PKCS1v15(), digest or hashes.SHA256())).decode()


KEY = read_key(pem(PRIVATE))
BODY = '{"content":"이거 얼마예요?"}'.encode()


def test_reads_keys():
    """A key is read as `cryptography` reads it, Kick's documented one as well; also longer ones."""
    for private in (PRIVATE, rsa.generate_private_key(public_exponent=65537, key_size=3072)):
        numbers = private.public_key().public_numbers()
        assert read_key(pem(private)) == PublicKey(numbers.n, numbers.e)
    documented = serialization.load_pem_public_key(KICK_DOCUMENTED.encode()).public_numbers()
    assert read_key(KICK_DOCUMENTED) == PublicKey(documented.n, documented.e)
    assert read_key(KICK_DOCUMENTED.replace("\n", " ").replace("KEY----- ", "KEY-----\r\n")) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no key",
        pem(rsa.generate_private_key(public_exponent=65537, key_size=1024)),
        pem(ec.generate_private_key(ec.SECP256R1())),
        KICK_DOCUMENTED.replace("MIIB", "MIIC"),
        KICK_DOCUMENTED.replace("q/+l", "q!+l"),
        KICK_DOCUMENTED.replace("\ntwIDAQAB", ""),
    ],
)
def test_takes_no_other_key(text):
    """What is no RSA key, a short one, or a broken one is none."""
    assert read_key(text) is None


@given(st.binary(max_size=200))
@settings(max_examples=300)
def test_no_bytes_break_the_reading_of_a_key(data):
    """Whatever stands in a PEM, a key or none comes out, and no error."""
    read_key(f"-----BEGIN PUBLIC KEY-----{base64.b64encode(data).decode()}-----END PUBLIC KEY-----")


def test_takes_what_is_signed():
    """What was signed under an id and a time is taken under these, and no part of it can be changed."""
    good = sign(b"id1.2026-01-01T00:00:00Z." + BODY)
    assert is_signed(KEY, good, "id1", "2026-01-01T00:00:00Z", BODY)
    for signature, message, timestamp, body in (
        (good, "id2", "2026-01-01T00:00:00Z", BODY),
        (good, "id1", "2026-01-01T00:00:01Z", BODY),
        (good, "id1", "2026-01-01T00:00:00Z", BODY + b" "),
        (good, "id1.2026-01-01T00:00:00Z", "", BODY),
        (good[:-4] + "AAAA", "id1", "2026-01-01T00:00:00Z", BODY),
        ("", "id1", "2026-01-01T00:00:00Z", BODY),
        ("%%%", "id1", "2026-01-01T00:00:00Z", BODY),
        (good + "AAAA", "id1", "2026-01-01T00:00:00Z", BODY),
        (good, "\ud83d", "2026-01-01T00:00:00Z", BODY),
    ):
        assert not is_signed(KEY, signature, message, timestamp, body)


def test_takes_no_other_signature():
    """Another key, another hash, another padding, and numbers that need no key at all are refused."""
    data = b"id1.t." + BODY
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    plain = [base64.b64encode(number.to_bytes(256)).decode() for number in (0, 1, KEY.modulus - 1, KEY.modulus)]
    pss = sign(data, pad=padding.PSS(padding.MGF1(hashes.SHA256()), 32))
    for signature in (sign(data, other), sign(data, digest=hashes.SHA1()), sign(data, digest=hashes.SHA512()), pss, *plain):
        assert not is_signed(KEY, signature, "id1", "t", BODY)


@given(st.integers(0, 255), st.integers(0, 255))
@settings(max_examples=60)
def test_no_changed_byte_passes(place, change):
    """A signature with any byte changed is none."""
    good = bytearray(base64.b64decode(sign(b"id1.t." + BODY)))
    good[place] ^= change
    assert is_signed(KEY, base64.b64encode(good).decode(), "id1", "t", BODY) == (change == 0)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="needs openssl")
def test_takes_what_openssl_signs(tmp_path):
    """OpenSSL's keys and signatures are read as well."""
    private, public = tmp_path / "key.pem", tmp_path / "public.pem"
    subprocess.run(["openssl", "genrsa", "-out", private, "2048"], check=True, capture_output=True)
    subprocess.run(["openssl", "rsa", "-in", private, "-pubout", "-out", public], check=True, capture_output=True)
    made = subprocess.run(["openssl", "dgst", "-sha256", "-sign", private], input=b"id1.t." + BODY, check=True, capture_output=True)
    assert is_signed(read_key(public.read_text()), base64.b64encode(made.stdout).decode(), "id1", "t", BODY)
