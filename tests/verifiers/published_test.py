"""Both verifiers on what the program KINLEDGER_PROGRAM publishes."""

import os
import pathlib
import shutil
import tempfile
import unittest

import programs
import reference_log  # skips these tests where the Python verifier cannot run

import kinledger_verify

PROGRAM = os.environ.get("KINLEDGER_PROGRAM")


@unittest.skipUnless(PROGRAM, "KINLEDGER_PROGRAM is not set")
class PublishedLedger(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.ledger = self.folder / "city"
        self.published = self.folder / "published"
        self.begin()

    def begin(self):
        """Makes the ledger."""
        self.kinledger("init", self.ledger, "--origin", "published.invalid",
                       "--pack", "hangzhou-2021")
        self.key = self.kinledger("checkpoint", self.ledger, "--key").strip()

    def kinledger(self, *arguments):
        outcome = programs.run([PROGRAM, *arguments])
        self.assertEqual(outcome.status, 0, outcome.complaint)
        return outcome.output

    def publish(self, years):
        """More years of the same city, so that the log grows."""
        self.kinledger("generate", self.ledger, "--persons", "100", "--years", str(years))
        self.kinledger("publish", self.ledger, self.published)

    def both(self, *arguments):
        """What both programs say, which must be the same."""
        python, go = programs.run_python(*arguments), programs.run_go(*arguments)
        self.assertEqual(python, go)
        return python

    def log(self, *options):
        return self.both("log", self.published, "--key", self.key, *options)

    def entry(self, number):
        """The published bytes of an entry."""
        source = kinledger_verify.Directory(str(self.published))
        size = int((self.published / "checkpoint").read_text(encoding="utf-8").split("\n")[1])
        first = number - number % 256
        bundle = kinledger_verify.read_bundle(source, first // 256, min(256, size - first))
        return bundle[number - first]

    def test_grows_and_is_verified_each_time(self):
        kept = self.folder / "kept.checkpoint"
        for years in (1, 2):
            self.publish(years)
            shutil.copy(self.published / "checkpoint", self.folder / f"checkpoint-{years}")
            outcome = self.log(*(("--old", kept) if kept.exists() else ()))
            self.assertEqual((outcome.status, outcome.complaint), (0, ""))
            shutil.copy(self.published / "checkpoint", kept)
        shutil.copy(self.folder / "checkpoint-1", self.published / "checkpoint")
        self.assertIn("the log has lost entries", self.log("--old", kept).complaint)

    def test_another_ledger_of_the_same_name_does_not_pass(self):
        self.publish(1)
        kept, first_key = self.folder / "kept.checkpoint", self.key
        shutil.copy(self.published / "checkpoint", kept)
        for folder in (self.ledger, self.folder / "city.state", self.published):
            shutil.rmtree(folder)
        self.begin()
        self.publish(1)
        self.assertEqual((self.log().status, self.log("--old", kept).status), (0, 4))
        self.key = first_key
        self.assertEqual(self.log().status, 4)

    def test_an_altered_file_is_found(self):
        self.publish(1)
        self.assertEqual(self.log().status, 0)
        for file in sorted(self.published.rglob("*")):
            if not file.is_file():
                continue
            with self.subTest(file=file.name):
                good = file.read_bytes()
                file.write_bytes(good[:-40] + bytes([good[-40] ^ 4]) + good[-39:])
                for run in (programs.run_python, programs.run_go):
                    outcome = run("log", self.published, "--key", self.key)
                    self.assertEqual(outcome.status, 4)
                file.write_bytes(good)

    def test_proofs_of_the_program(self):
        self.publish(1)
        for number in (0, 5, 255, 256, 300):
            with self.subTest(number=number):
                proof = self.folder / f"{number}.tlog-proof"
                proof.write_text(self.kinledger("prove", self.ledger, "--event", str(number)),
                                 encoding="utf-8")
                entry = self.folder / "entry"
                entry.write_bytes(self.entry(number))
                outcome = programs.run_python("proof", proof, entry, "--key", self.key)
                self.assertEqual((outcome.status, outcome.complaint), (0, ""))
                entry.write_bytes(self.entry(number + 1))
                outcome = programs.run_python("proof", proof, entry, "--key", self.key)
                self.assertEqual(outcome.status, 4)
