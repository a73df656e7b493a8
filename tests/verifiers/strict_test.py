"""The parsers of the Python verifier: every change of a bit or a byte is found."""

import pathlib
import tempfile
import unittest

import programs
from sample_log import AUDIT, ENTRIES, LOG_KEY, OWN, SIZE, flip, note

import kinledger_verify
from kinledger_verify import Key, NotVerified, Trust

KEY = Key.read(LOG_KEY.vkey, Key.LOG)
BOTH = Trust(KEY, (Key.read(AUDIT.vkey, Key.WITNESS),), 1)


def accepts(data):
    """Whether the bytes are a checkpoint that both the log and the witness signed."""
    try:
        kinledger_verify.open_checkpoint(data, BOTH, "checkpoint")
    except NotVerified:
        return False
    return True


class Checkpoint(unittest.TestCase):
    def setUp(self):
        self.good = note(ENTRIES, SIZE, AUDIT).encode()

    def test_every_flipped_bit_is_found(self):
        self.assertTrue(accepts(self.good))
        accepted = [bit for bit in range(8 * len(self.good)) if accepts(flip(bit)(self.good))]
        self.assertEqual(accepted, [])

    def test_every_byte_less_or_more_is_found(self):
        for index in range(len(self.good)):
            before, after = self.good[:index], self.good[index:]
            self.assertFalse(accepts(before + after[1:]), index)
            for more in (b"\n", b" ", b"A", b"0", b"\x00", b"\xc2\xa0", after[:1]):
                self.assertFalse(accepts(before + more + after), (index, more))
            self.assertFalse(accepts(before), index)

    def test_a_line_of_an_unknown_key_changes_nothing_that_is_said(self):
        """It may be altered, being ignored, but what is read from the note stays."""
        text = note(ENTRIES, SIZE, AUDIT, OWN).encode()
        expected = kinledger_verify.open_checkpoint(text, BOTH, "checkpoint")
        for bit in range(8 * len(self.good), 8 * len(text)):
            try:
                read = kinledger_verify.open_checkpoint(flip(bit)(text), BOTH, "checkpoint")
            except NotVerified:
                continue
            self.assertEqual(read, expected)


class Keys(unittest.TestCase):
    def test_one_spelling_of_a_key(self):
        self.assertEqual(KEY.name, LOG_KEY.name)
        text = LOG_KEY.vkey
        for bit in range(8 * len(text)):
            changed = flip(bit)(text.encode()).decode("latin-1")
            with self.assertRaises(ValueError, msg=changed):
                Key.read(changed, Key.LOG)


class Proof(unittest.TestCase):
    INDEX = 300

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = pathlib.Path(folder.name) / "300.tlog-proof"
        self.entry = pathlib.Path(folder.name) / "entry"
        self.good = ENTRIES.proof(self.INDEX, SIZE, note(ENTRIES, SIZE)).encode()
        self.entry.write_bytes(ENTRIES.entries[self.INDEX])

    def proof(self, text, *options):
        self.file.write_bytes(text)
        return programs.run_python("proof", self.file, self.entry, "--key", LOG_KEY.vkey, *options)

    def test_accepts_a_proof_of_every_shape(self):
        for size in (1, 2, 255, 256, 257, 600):
            for index in sorted({0, size // 2, size - 1}):
                self.entry.write_bytes(ENTRIES.entries[index])
                text = ENTRIES.proof(index, size, note(ENTRIES, size, AUDIT)).encode()
                outcome = self.proof(text, "--witness", AUDIT.vkey)
                self.assertEqual((outcome.status, outcome.complaint), (0, ""))
                self.assertIn(f"entry         {index} of {size}\n", outcome.output)
                self.assertIn("cosignatures  1 of 1 witnesses", outcome.output)

    def assert_wrong(self, proof, entry, message):
        with self.assertRaises(NotVerified, msg=message):
            kinledger_verify.check_proof(proof, entry, Trust(KEY), "proof")

    def test_every_flipped_bit_is_found(self):
        entry = ENTRIES.entries[self.INDEX]
        for bit in range(8 * len(self.good)):
            self.assert_wrong(flip(bit)(self.good), entry, bit)
        for bit in range(8 * len(entry)):
            self.assert_wrong(self.good, flip(bit)(entry), bit)

    def test_every_byte_less_is_found(self):
        entry = ENTRIES.entries[self.INDEX]
        for index in range(len(self.good)):
            self.assert_wrong(self.good[:index], entry, index)
            self.assert_wrong(self.good[:index] + self.good[index + 1 :], entry, index)

    def test_the_other_place_or_another_path_is_found(self):
        text = self.good.decode()
        lines = text.split("\n")
        for changed, place in (
                (text.replace("index 300", "index 301"), "as number 301 "),
                (text.replace("index 300", "index 600"), "index 600 of a log of 600"),
                (text.replace("index 300", "index 0300"), "line 2"),
                (text.replace("index 300", "extra AAAB\nindex x"), "line 3"),
                (text.replace("index 300", "extra AB==\nindex 300"), "line 2"),
                ("\n".join(lines[:2] + lines[3:]), "does not lead"),
                ("\n".join(lines[:3] + lines[2:]), "does not lead"),
                ("\n".join([*lines[:2], lines[3], lines[2], *lines[4:]]), "does not lead"),
                ("\n".join([*lines[:2], lines[2][:-4], *lines[3:]]), "line 3"),
                ("\n".join(lines[:2] + [lines[2]] * 64 + lines[3:]), "more than 63"),
                (text.replace("@v1", "@v2"), "not a c2sp.org/tlog-proof@v1")):
            with self.subTest(place=place):
                outcome = self.proof(changed.encode())
                self.assertEqual(outcome.status, 4)
                self.assertIn(place, outcome.complaint)

    def test_an_extra_line_is_nobodys_word(self):
        text = self.good.replace(b"index 300", b"extra AAAB\nindex 300")
        self.assertEqual(self.proof(text).status, 0)

    def test_files_that_cannot_be_read(self):
        self.assertEqual(self.proof(b"x" * 200_000).status, 4)
        self.entry.write_bytes(b"x" * 65536)
        self.assertIn("longer than 65535 bytes", self.proof(self.good).complaint)
        self.entry.unlink()
        self.assertEqual(self.proof(self.good).status, 5)


class Program(unittest.TestCase):
    def test_runs_as_a_file_alone(self):
        with tempfile.TemporaryDirectory() as folder:
            published = pathlib.Path(folder) / "published"
            ENTRIES.publish(published, SIZE, note(ENTRIES, SIZE))
            command = [programs.PYTHON_PROGRAM, "log", published, "--key", LOG_KEY.vkey]
            outcome = programs.run(["python3", "-B", *command])
            self.assertEqual((outcome.status, outcome.complaint), (0, ""))
            (published / "tile/0/000").unlink()
            self.assertEqual(programs.run(["python3", "-B", *command]).status, 4)
            self.assertEqual(programs.run(["python3", "-B", *command, "more"]).status, 2)
