"""Both verifiers on a ledger that KINLEDGER_PROGRAM serves to those who have a certificate."""

import contextlib
import datetime
import ipaddress
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest

import programs
import reference_log  # skips these tests where the Python verifier cannot run

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PROGRAM = os.environ.get("KINLEDGER_PROGRAM")
HOUR = datetime.timedelta(hours=1)


class Authority:
    """Signs certificates; its own one and theirs become files of the folder."""

    def __init__(self, folder, name):
        self.folder = folder
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file = self.write(f"{name}.pem", self.certificate(
            self.name, self.key, x509.BasicConstraints(ca=True, path_length=None)))

    def certificate(self, subject, key, extension):
        now = datetime.datetime.utcnow()
        return (x509.CertificateBuilder().subject_name(subject).issuer_name(self.name)
                .public_key(key.public_key()).serial_number(x509.random_serial_number())
                .not_valid_before(now - HOUR).not_valid_after(now + HOUR)
                .add_extension(extension, critical=False)
                .sign(self.key, hashes.SHA256())).public_bytes(serialization.Encoding.PEM)

    def write(self, name, data):
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_bytes(data)
        return file

    def issue(self, name):
        """Certificate and key, for 127.0.0.1."""
        key = ec.generate_private_key(ec.SECP256R1())
        address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate = self.certificate(subject, key, x509.SubjectAlternativeName([address]))
        secret = key.private_bytes(serialization.Encoding.PEM,
                                   serialization.PrivateFormat.PKCS8,
                                   serialization.NoEncryption())
        return self.write(f"{name}.pem", certificate), self.write(f"{name}.key", secret)


@unittest.skipUnless(PROGRAM, "KINLEDGER_PROGRAM is not set")
class ServedLedger(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.ledger = self.folder / "city"
        self.authority = Authority(self.folder, "authority")
        self.server = self.authority.issue("server")
        self.auditor = self.authority.issue("auditor")
        self.kinledger("init", self.ledger, "--origin", "served.invalid", "--pack",
                       "hangzhou-2021")
        self.kinledger("access", "grant", self.ledger, "--role", "auditor", "--certificate",
                       self.auditor[0])
        self.key = self.kinledger("checkpoint", self.ledger, "--key").strip()

    def kinledger(self, *arguments):
        outcome = programs.run([PROGRAM, *arguments])
        self.assertEqual(outcome.status, 0, outcome.complaint)
        return outcome.output

    @contextlib.contextmanager
    def served(self):
        """The address of the server while the context lasts."""
        certificate, key = self.server
        command = [PROGRAM, "serve", self.ledger, "--listen", "127.0.0.1:0", "--tls", certificate,
                   "--tls-key", key, "--client-ca", self.authority.file]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                              encoding="utf-8") as server:
            try:
                yield server.stdout.readline().strip()
            finally:
                server.send_signal(signal.SIGTERM)

    def own(self, files):
        return ("--client-cert", files[0], "--client-key", files[1])

    def check(self, address, *options):
        """The exit of both programs, which must say the same where they have verified."""
        arguments = ("log", address, "--key", self.key, *options)
        python, go = programs.run_python(*arguments), programs.run_go(*arguments)
        self.assertEqual(python.status, go.status, python.complaint + go.complaint)
        self.assertEqual(python.output, go.output)
        return python

    def test_is_verified_by_whoever_has_a_certificate(self):
        with self.served() as address:
            kept = self.folder / "kept.checkpoint"
            outcome = self.check(address, "--ca", self.authority.file, *self.own(self.auditor),
                                 "--keep", kept)
            self.assertEqual((outcome.status, outcome.complaint), (0, ""))
            self.assertIn("verified served.invalid", outcome.output)
            self.assertTrue(kept.exists())

    def test_nothing_is_known_of_a_server_that_is_another_or_lets_nobody_in(self):
        others = Authority(self.folder, "others")
        with self.served() as address:
            ours, stranger = self.authority.file, others.issue("stranger")
            for options in ((), ("--ca", ours), self.own(self.auditor),
                            ("--ca", others.file, *self.own(self.auditor)),
                            ("--ca", ours, *self.own(stranger)),
                            ("--ca", ours, *self.own((self.auditor[0], stranger[1]))),
                            ("--ca", self.auditor[1], *self.own(self.auditor)),
                            ("--ca", self.folder / "none.pem")):
                with self.subTest(options=options):
                    self.assertEqual(self.check(address, *options).status, 5)
            elsewhere = address.replace("127.0.0.1", "localhost")
            self.assertEqual(self.check(elsewhere, "--ca", ours, *self.own(self.auditor)).status, 5)

    def test_options_that_make_no_sense(self):
        certificate, key = self.auditor
        for source, options in ((self.folder, ("--ca", self.authority.file)),
                                ("http://127.0.0.1:9", self.own(self.auditor)),
                                ("https://127.0.0.1:9", ("--client-cert", certificate)),
                                ("https://127.0.0.1:9", ("--client-key", key))):
            with self.subTest(source=source, options=options):
                self.assertEqual(self.check(source, *options).status, 2)
