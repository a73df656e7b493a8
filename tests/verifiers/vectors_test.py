"""Both verifiers on logs, notes and proofs that other programs made. The files are kept beside the
project, not in it; without them the tests are skipped."""

import base64
import json
import pathlib
import shutil
import tempfile
import unittest

import programs
import proof_check
from reference_log import ReferenceLog, Signer, put, sign

import kinledger_verify
from kinledger_verify import Key, Trust

VECTORS = programs.ROOT.parent / "shared" / "vectors"
BOTH = {"Python": programs.run_python, "Go": programs.run_go}
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


@unittest.skipUnless(VECTORS.is_dir(), "no vectors beside the project")
class Vectors(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.published = pathlib.Path(folder.name) / "published"

    def assert_verified(self, *arguments):
        for name, run in BOTH.items():
            with self.subTest(program=name):
                outcome = run(*arguments)
                self.assertEqual((outcome.status, outcome.complaint), (0, ""))

    def test_a_log_of_tessera(self):
        """Its 16 checkpoints continue each other; each is verified with each earlier one kept."""
        source = VECTORS / "tessera-15"
        shutil.copytree(source, self.published)
        for size in range(16):
            shutil.copy(source / f"checkpoint.{size}", self.published / "checkpoint")
            for kept in range(size + 1):
                with self.subTest(size=size, kept=kept):
                    self.assert_verified("log", self.published, "--key", TESSERA_KEY,
                                         "--old", source / f"checkpoint.{kept}")

    def test_a_log_of_sunlight(self):
        """It has tiles, but neither entries nor a signature of the log: both are made here."""
        source = VECTORS / "sunlight-300"
        shutil.copytree(source, self.published)
        log = ReferenceLog(b"record %d" % i for i in range(300))
        put(self.published / "tile/entries/000", log.bundle(0, 256))
        put(self.published / "tile/entries/001.p/44", log.bundle(1, 44))
        text = (source / "checkpoint").read_text(encoding="utf-8")
        mirror = json.loads((source / "mirror.v0.json").read_text())["verifier_keys"][0]
        body, lines = text.split("\n\n")
        log_key = Signer(body.split("\n")[0], 9)
        signed = sign(body + "\n", log_key)
        (self.published / "checkpoint").write_bytes((signed + lines).encode())
        self.assert_verified("log", self.published, "--key", log_key.vkey, "--witness", mirror)
        (self.published / "checkpoint").write_bytes(text.encode())
        for run in BOTH.values():
            outcome = run("log", self.published, "--key", log_key.vkey)
            self.assertEqual(outcome.status, 4)
            self.assertIn("checkpoint is not signed with the key", outcome.complaint)

    def test_own_checkpoints_and_proofs(self):
        own = json.loads((VECTORS / "kinledger-own.json").read_text(encoding="utf-8"))
        log = ReferenceLog(b"record %d" % i for i in range(300))
        key, witness = own["log"]["vkey"], own["log"]["witness_vkey"]
        for name in ("checkpoint_300", "checkpoint_300_with_sm2"):
            log.publish(self.published, 300, own[name])
            self.assert_verified("log", self.published, "--key", key, "--witness", witness)
        trust = Trust(Key.read(key, Key.LOG), (Key.read(witness, Key.WITNESS),), 1)
        for name, index in (("tlog_proof_index_256", 256), ("tlog_proof_index_0_with_extra", 0)):
            proven, _ = kinledger_verify.check_proof(
                own[name].encode(), b"record %d" % index, trust, name)
            self.assertEqual(proven, index)
        for size, root in own["roots"].items():
            self.assertEqual(log.root(int(size)).hex(), root)

    def test_notes_of_others(self):
        for case in json.loads((VECTORS / "signed-notes.json").read_text(encoding="utf-8")):
            with self.subTest(origin=case["origin"]):
                kind = base64.b64decode(case["vkey"].split("+", 2)[2])[0]
                key = Key.read(case["vkey"], kind)
                text, signatures = kinledger_verify.read_note(case["note"].encode(), "note")
                own = [signature for _, name, key_id, signature in signatures
                       if (name, key_id) == (key.name, key.key_id)]
                self.assertEqual([key.signed(text, signature) for signature in own], [True])

    def test_probes_of_proofs(self):
        def read(name):
            return json.loads((VECTORS / "merkle" / name).read_text(encoding="utf-8"))

        def decoded(text):
            return base64.b64decode(text or "")

        accepted = 0
        for probe in read("inclusion.json"):
            is_accepted = proof_check.is_included(
                probe["leafIdx"], probe["treeSize"], decoded(probe["leafHash"]),
                decoded(probe["root"]), [decoded(text) for text in probe["proof"] or []])
            self.assertEqual(is_accepted, not probe["wantErr"], probe["desc"])
            accepted += is_accepted
        for probe in read("consistency.json"):
            is_accepted = proof_check.is_consistent(
                probe["size1"], probe["size2"], decoded(probe["root1"]), decoded(probe["root2"]),
                [decoded(text) for text in probe["proof"] or []])
            self.assertEqual(is_accepted, not probe["wantErr"], probe["desc"])
            accepted += is_accepted
        self.assertEqual(accepted, 12)
