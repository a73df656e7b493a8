#!/usr/bin/env python3
"""The Debian package: what is in it, what it needs, that its scripts are sound, and that the program
and the settings in it fit together.

With KINLEDGER_INSTALLS=1, as root, it is also installed, served from, upgraded, removed and purged.
That changes the machine: only for one that is thrown away afterwards.

KINLEDGER_BUILD names the build directory."""

import os
import pathlib
import re
import shutil
import signal
import stat
import subprocess
import tarfile
import tempfile
import unittest

BUILD = pathlib.Path(os.environ.get("KINLEDGER_BUILD", "build")).resolve()
TIMEOUT_SECONDS = 300
SCRIPTS = ("postinst", "postrm", "prerm")
FILES = ("usr/bin/kinledger", "usr/share/man/man1/kinledger.1.gz",
         "usr/share/man/zh_CN/man1/kinledger.1.gz",
         "usr/share/bash-completion/completions/kinledger",
         "usr/share/zsh/vendor-completions/_kinledger",
         "usr/share/fish/vendor_completions.d/kinledger.fish",
         "usr/lib/systemd/system/kinledger.service", "usr/lib/systemd/system/kinledger.socket",
         "etc/kinledger/serve.toml", "usr/share/doc/kinledger/README.md",
         "usr/share/doc/kinledger/LICENSE", "usr/share/doc/kinledger/docs/OPERATIONS.md",
         "usr/share/doc/kinledger/packs/hangzhou-2021.toml", "usr/share/kinledger/verifiers")
# What the program is linked with and what its scripts call.
NEEDS = ("adduser", "libc6", "librocksdb", "libcapnp", "libssl3", "libsystemd0")
# In the order of their coming and going.
PLACES = ("/var/lib/kinledger", "/var/lib/kinledger-keys", "/var/backups/kinledger")


def run(*words, expect=0, **how):
    ran = subprocess.run([str(word) for word in words], capture_output=True, encoding="utf-8",
                         errors="replace", timeout=TIMEOUT_SECONDS, **how)
    if expect is not None and ran.returncode != expect:
        raise AssertionError(f"{words}: exit {ran.returncode}\n{ran.stdout}{ran.stderr}")
    return ran


def make(directory, *more):
    """A package of what is built; compressed quickly, for it is thrown away."""
    run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", directory, "-D",
        "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", *more)
    (package,) = pathlib.Path(directory).glob("*.deb")
    return package


@unittest.skipIf(shutil.which("dpkg-deb") is None, "dpkg-deb is not installed")
@unittest.skipIf(shutil.which("dpkg-shlibdeps") is None, "dpkg-dev is not installed")
class Package(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.root = pathlib.Path(cls.directory.name)
        cls.package = make(cls.root / "made")
        cls.files = cls.root / "files"
        cls.control = cls.root / "control"
        run("dpkg-deb", "-x", cls.package, cls.files)
        run("dpkg-deb", "-e", cls.package, cls.control)
        listed = subprocess.run(["dpkg-deb", "--fsys-tarfile", cls.package], capture_output=True,
                                check=True, timeout=TIMEOUT_SECONDS).stdout
        archive = cls.root / "fsys.tar"
        archive.write_bytes(listed)
        with tarfile.open(archive) as tar:
            cls.members = tar.getmembers()

    @classmethod
    def tearDownClass(cls):
        cls.directory.cleanup()

    def field(self, name):
        return run("dpkg-deb", "-f", self.package, name).stdout.strip()

    def test_says_what_it_is_and_what_it_needs(self):
        version = run(self.files / "usr/bin/kinledger", "--version").stdout.split()[-1]
        self.assertEqual(self.field("Package"), "kinledger")
        self.assertTrue(self.field("Version").startswith(version), self.field("Version"))
        self.assertEqual(self.field("Architecture"),
                         run("dpkg", "--print-architecture").stdout.strip())
        needs = self.field("Depends")
        for package in NEEDS:
            self.assertRegex(needs, rf"(^|, ){re.escape(package)}")
        # Tests and builds need more than the program does.
        for package in ("-dev", "mold", "gtest", "golang"):
            self.assertNotIn(package, needs)

    def test_holds_every_file_with_the_rights_that_it_should_have(self):
        for name in FILES:
            self.assertTrue((self.files / name).exists(), name)
        for member in self.members:
            self.assertEqual((member.uid, member.gid), (0, 0), member.name)
            self.assertEqual(member.mode & (stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH), 0,
                             member.name)
            self.assertNotIn("__pycache__", member.name)
        self.assertEqual((self.files / "usr/bin/kinledger").stat().st_mode & 0o777, 0o755)

    def test_settings_of_the_office_are_kept(self):
        conffiles = (self.control / "conffiles").read_text(encoding="utf-8").split()
        in_etc = {"/" + member.name.removeprefix("./") for member in self.members
                  if member.isfile() and member.name.removeprefix("./").startswith("etc/")}
        self.assertEqual(set(conffiles), in_etc)

    def test_scripts_are_sound(self):
        for name in SCRIPTS:
            script = self.control / name
            self.assertEqual(script.stat().st_mode & 0o777, 0o755, name)
            text = script.read_text(encoding="utf-8")
            self.assertTrue(text.startswith("#!/bin/sh\nset -e\n"), name)
            run("sh", "-n", script)

    def test_the_service_runs_the_program_with_the_settings_that_come_with_it(self):
        unit = (self.files / "usr/lib/systemd/system/kinledger.service").read_text(encoding="utf-8")
        begins = re.search(r"^ExecStart=(\S+) (.*)$", unit, re.MULTILINE)
        self.assertEqual(begins[1], "/usr/bin/kinledger")
        self.assertIn("/etc/kinledger/serve.toml", begins[2])
        for place in PLACES:
            self.assertIn(place, unit)
        settings = (self.files / "etc/kinledger/serve.toml").read_text(encoding="utf-8")
        self.assertIn('\nledger = "/var/lib/kinledger/city"\n', settings)
        # The ledger is not there, which is all that may be wrong. Elsewhere than the settings say:
        # the machine may have a ledger of its own.
        nowhere = self.files / "nowhere"
        moved = self.files / "moved.toml"
        moved.write_text(settings.replace("/var/lib/kinledger", str(nowhere)), encoding="utf-8")
        tried = run(self.files / "usr/bin/kinledger", "serve", "--config", moved, "--lang", "en",
                    expect=None)
        self.assertNotEqual(tried.returncode, 0)
        self.assertNotIn("CONFIG_", tried.stderr)
        self.assertIn(str(nowhere / "city"), tried.stderr)
        if shutil.which("systemd-analyze"):
            said = run("systemd-analyze", "verify", "--man=no",
                       self.files / "usr/lib/systemd/system/kinledger.service", expect=None).stderr
            self.assertNotRegex(said, r"(?i)unknown (key|lvalue|section)")


@unittest.skipUnless(os.environ.get("KINLEDGER_INSTALLS") == "1" and os.geteuid() == 0,
                     "KINLEDGER_INSTALLS=1 as root, on a machine that is thrown away")
class Installed(unittest.TestCase):
    def test_it_is_installed_served_upgraded_and_purged(self):
        with tempfile.TemporaryDirectory() as directory:
            first = make(pathlib.Path(directory) / "first")
            later = make(pathlib.Path(directory) / "later", "-D", "CPACK_PACKAGE_VERSION=99.0.0")
            run("dpkg", "-i", first)
            for place in PLACES:
                found = pathlib.Path(place)
                self.assertEqual((found.owner(), found.stat().st_mode & 0o777), ("kinledger", 0o700))
            self.as_service("init", "/var/lib/kinledger/city", "--origin", "package.example",
                            "--pack", "hangzhou-2021")
            self.assertEqual(self.serve_once(), 0)
            settings = pathlib.Path("/etc/kinledger/serve.toml")
            settings.write_text(settings.read_text(encoding="utf-8") + "# the office's own\n",
                                encoding="utf-8")
            run("dpkg", "-i", "--force-confold", later)
            self.assertIn("# the office's own", settings.read_text(encoding="utf-8"))
            self.assertEqual(self.serve_once(), 0, "what was recorded before the upgrade")
            run("dpkg", "-r", "kinledger")
            self.assertTrue(settings.exists(), "removing keeps settings")
            self.assertFalse(pathlib.Path("/usr/bin/kinledger").exists())
            said = run("dpkg", "-P", "kinledger").stderr
            self.assertIn("/var/lib/kinledger is not empty", said)
            self.assertTrue(pathlib.Path("/var/lib/kinledger/city").is_dir(), "records stay")
            self.assertFalse(settings.exists())
            self.assertFalse(pathlib.Path(PLACES[2]).exists(), "what is empty goes")

    @staticmethod
    def as_service(*words):
        return run("setpriv", "--reuid=kinledger", "--regid=kinledger", "--clear-groups",
                   "/usr/bin/kinledger", *words)

    def serve_once(self):
        """Starts it as its unit does, without systemd, and ends it."""
        server = subprocess.Popen(
            ["setpriv", "--reuid=kinledger", "--regid=kinledger", "--clear-groups",
             "/usr/bin/kinledger", "serve", "--config", "/etc/kinledger/serve.toml", "--listen",
             "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self.assertTrue(server.stdout.readline().startswith("http://127.0.0.1:"))
        server.send_signal(signal.SIGTERM)
        server.communicate(timeout=TIMEOUT_SECONDS)
        return server.returncode


if __name__ == "__main__":
    unittest.main()
