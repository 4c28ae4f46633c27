"""The door believes nobody who cannot prove who it is, whatever the environment says."""

import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sluse.connectors import http
from sluse.connectors.http import NotSentError, Request
from sluse.connectors.tests.serving import opened, serving, whole


async def test_a_server_whose_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path) -> None:
    tls = self_signed(tmp_path)
    async with serving(whole(b"{}"), tls=tls) as (address, received), opened() as door:
        with pytest.raises(NotSentError):
            await door.write(Request(method="POST", url=address, headers={"authorization": "Bearer x"}))
    assert received == []


async def test_certificates_of_the_environment_are_not_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    monkeypatch.setattr(http, "_tls", http._tls.__wrapped__)
    async with serving(whole(b"{}"), tls=tls) as (address, received), opened() as door:
        with pytest.raises(NotSentError):
            await door.read(Request(method="GET", url=address))
    assert received == []


def self_signed(folder: Path) -> ssl.SSLContext:
    """For 127.0.0.1, and valid but for that nobody known has signed it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(pem))
    private = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, encryption_algorithm=serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
    return context
