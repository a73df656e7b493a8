"""Both verifiers on proofs of the reference log, and on proofs that are wrong in one place."""

import json
import os
import pathlib
import tempfile
import unittest

import proof_check
import programs
from sample_log import ENTRIES

# All trees up to this size, and then some around the width of a tile.
SIZES = [*range(1, 41), 255, 256, 257, 600]


def inclusion(index, size):
    return {"kind": "inclusion", "index": index, "size": size,
            "leaf": ENTRIES.subtree(index, index + 1).hex(), "root": ENTRIES.root(size).hex(),
            "proof": [node.hex() for node in ENTRIES.path(index, 0, size)]}


def consistency(first, size):
    return {"kind": "consistency", "first": first, "size": size,
            "root1": ENTRIES.root(first).hex(), "root": ENTRIES.root(size).hex(),
            "proof": [node.hex() for node in ENTRIES.consistency(first, 0, size)]}


def flipped(text):
    return ("1" if text[0] == "0" else "0") + text[1:]


def wrongs(proof):
    """The proof with one thing changed, for each thing."""
    hashes = proof["proof"]
    for name in {"leaf", "root", "root1"} & proof.keys():
        yield {**proof, name: flipped(proof[name])}
    for i, text in enumerate(hashes):
        yield {**proof, "proof": [*hashes[:i], flipped(text), *hashes[i + 1 :]]}
        yield {**proof, "proof": [*hashes[:i], *hashes[i + 1 :]]}
        yield {**proof, "proof": [*hashes[:i], text, *hashes[i:]]}
    yield {**proof, "proof": [*hashes, proof["root"]]}
    yield {**proof, "proof": [proof["root"], *hashes]}
    for name in {"index", "first"} & proof.keys():
        yield {**proof, name: proof["size"] + 1}
        yield {**proof, name: -1}
    if "first" in proof:
        yield {**proof, "first": 0}


class Proofs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "proofs.jsonl"

    def write(self, proofs):
        self.file.write_text("".join(json.dumps(proof) + "\n" for proof in proofs))

    def test_all_are_accepted(self):
        proofs = [make(i, size) for size in SIZES for make, i in
                  [*((inclusion, index) for index in range(size)),
                   *((consistency, first) for first in range(1, size + 1))]]
        self.write(proofs)
        count = sum(SIZES)
        expected = f"verified {count} inclusion and {count} consistency proofs"
        self.assertEqual(proof_check.check_in_python(self.file), expected)
        self.assertEqual(proof_check.check_in_go(self.file), expected)

    def test_wrong_ones_are_refused(self):
        good = inclusion(0, 1)
        for proof in (inclusion(0, 1), inclusion(4, 7), inclusion(256, 600), consistency(1, 2),
                      consistency(4, 7), consistency(4, 8), consistency(300, 600),
                      consistency(7, 7)):
            for wrong in wrongs(proof):
                with self.subTest(wrong=wrong):
                    self.write([good, wrong])
                    self.assertEqual(proof_check.check_in_python(self.file), "not verified: line 2")
                    self.assertRegex(proof_check.check_in_go(self.file), "^not verified: line 2: ")

    def test_lines_that_are_no_proofs(self):
        for line in ("", "{}", '{"kind": "other"}', '{"kind": "inclusion", "more": 1}'):
            self.file.write_text(line + "\n")
            self.assertEqual(programs.run_go("proofs", self.file).status, 4)
        self.assertEqual(programs.run_go("proofs", self.file.parent / "none").status, 5)


@unittest.skipUnless(os.environ.get("KINLEDGER_LEDGER_TESTS"), "KINLEDGER_LEDGER_TESTS is not set")
class LedgersProofs(unittest.TestCase):
    """Every proof that the ledger makes of a tree of up to 600 leaves."""

    def test_are_accepted_by_both(self):
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder) / "proofs.jsonl"
            made = programs.run([os.environ["KINLEDGER_LEDGER_TESTS"],
                                 "--gtest_filter=MerkleSweep.*Dump*"],
                                env=dict(os.environ, KINLEDGER_DUMP_PROOFS=str(file)))
            self.assertEqual(made.status, 0, made.output)
            in_python = proof_check.check_in_python(file)
            count = 600 * 601 // 2
            self.assertEqual(in_python,
                             f"verified {count} inclusion and {count} consistency proofs")
            self.assertEqual(proof_check.check_in_go(file), in_python)
