"""Throw-away certificates: one authority for a run, and servers that are expired, misnamed or signed by a stranger."""

from __future__ import annotations

import datetime
import ssl
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_folder = TemporaryDirectory(prefix="planner-gui-faults-")
DAY = datetime.timedelta(days=1)


class Authority:
    """Signs server certificates; `file` is its own certificate, for a trust store."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        builder = self._builder(self._name, self._key.public_key(), now - DAY, now + DAY)
        certificate = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True).sign(
            self._key, hashes.SHA256()
        )
        self.file = Path(_folder.name, f"{name}.pem")
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _builder(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        begins: datetime.datetime,
        ends: datetime.datetime,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(begins)
            .not_valid_after(ends)
        )

    def server(self, host: str = "localhost", *, expired: bool = False) -> ssl.SSLContext:
        """A TLS context for a server of that name."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = datetime.datetime.now(datetime.UTC)
        begins, ends = (now - 3 * DAY, now - DAY) if expired else (now - DAY, now + DAY)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
        certificate = (
            self._builder(subject, key.public_key(), begins, ends)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        file = Path(_folder.name, f"{host}-{certificate.serial_number}.pem")
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
            + certificate.public_bytes(serialization.Encoding.PEM)
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


@lru_cache
def authority() -> Authority:
    """The one that the run trusts."""
    return Authority("trusted")


@lru_cache
def stranger() -> Authority:
    """One that nobody trusts."""
    return Authority("stranger")
