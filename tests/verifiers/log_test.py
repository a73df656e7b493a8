"""Both verifiers on logs that are right, and on logs that somebody has tampered with."""

import pathlib
import re
import shutil
import tempfile
import time
import unittest

import programs
from reference_log import WITNESS, ReferenceLog, Signer, put, sign, to_base64
from sample_log import (AUDIT, ENTRIES, FINANCE, FORKED, LOG_KEY, OTHER_LOG_KEY, OWN, SIZE, flip,
                        note)


def swap_entries(data):
    """The first two entries of the reference log have lengths of their own."""
    first = 2 + int.from_bytes(data[:2], "big")
    second = first + 2 + int.from_bytes(data[first : first + 2], "big")
    return data[first:second] + data[:first] + data[second:]


def swap_hashes(data):
    return data[32:64] + data[:32] + data[64:]


FILES = ["tile/0/000", "tile/0/001", "tile/0/002.p/88", "tile/1/000.p/2",
         "tile/entries/000", "tile/entries/001", "tile/entries/002.p/88"]
ENTRY = "entry {} of tile/entries/{} does not have the hash in tile/0/{}"


class LogCases:
    """What both verifiers must do; `verify` runs one of them."""

    maxDiff = None

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.published = self.folder / "published"

    def publish(self, log=ENTRIES, size=SIZE, checkpoint=None):
        log.publish(self.published, size, checkpoint or note(log, size))

    def keep(self, text):
        file = self.folder / "kept.checkpoint"
        file.write_bytes(text.encode())
        return file

    def log(self, *options, source=None, key=LOG_KEY):
        return self.verify("log", source or self.published, "--key", key.vkey, *options)

    def assert_verified(self, outcome, size=SIZE, log=ENTRIES, cosignatures="0 of 0"):
        self.assertEqual((outcome.status, outcome.complaint), (0, ""))
        self.assertIn(f"verified {LOG_KEY.name}\n", outcome.output)
        self.assertIn(f"entries       {size}, all read and hashed\n", outcome.output)
        self.assertIn(f"root          {log.root(size).hex()}\n", outcome.output)
        self.assertIn(f"cosignatures  {cosignatures} witnesses", outcome.output)

    def assert_refused(self, outcome, place, status=4):
        self.assertEqual((outcome.status, outcome.output), (status, ""), outcome.complaint)
        said = "not verified: " if status == 4 else "could not be read: "
        self.assertTrue(outcome.complaint.startswith(said), outcome.complaint)
        self.assertRegex(outcome.complaint, place)
        self.assertEqual(outcome.complaint.count("\n"), 1, outcome.complaint)

    def refuses(self, file, change, place):
        """Changes one file, expects the place in the complaint, and puts the file back."""
        with self.subTest(file=file, place=place):
            path = self.published / file
            good = path.read_bytes()
            path.write_bytes(change(good))
            self.assert_refused(self.log(), place)
            path.write_bytes(good)

    # What is right

    def test_accepts_logs_of_every_shape(self):
        for size in (0, 1, 2, 255, 256, 257, 600):
            with self.subTest(size=size):
                self.publish(size=size)
                self.assert_verified(self.log(), size)
                with programs.Server(self.published) as address:
                    self.assert_verified(self.log(source=address), size)

    def test_accepts_a_compressed_answer(self):
        self.publish()
        with programs.Server(self.published, programs.Compressing) as address:
            self.assert_verified(self.log(source=address + "/"))

    def test_reads_full_tiles_where_the_log_has_outgrown_partial_ones(self):
        self.publish(checkpoint=note(ENTRIES, 300))
        put(self.published / "tile/1/000.p/1", ENTRIES.tile(1, 0, 1))
        self.assert_verified(self.log(), 300)
        self.refuses("tile/0/001", flip(8 * 32 * 10), ENTRY.format(266, "001.p/44", "001"))

    def test_three_levels_of_tiles(self):
        log = ReferenceLog(b"%d" % i for i in range(70_000))
        self.publish(log, 70_000)
        self.assert_verified(self.log(), 70_000, log)
        self.refuses("tile/2/000.p/1", flip(7), "tile/2/000.p/1, hash 0")
        self.refuses("tile/1/001.p/17", flip(8 * 32 * 16), "tile/1/001.p/17, hash 16")
        self.refuses("tile/1/000", flip(8 * 32 * 255), "tile/1/000, hash 255")
        self.refuses("tile/0/272", flip(-1), ENTRY.format(69_887, "272", "272"))

    # What was tampered with

    def test_names_the_entry(self):
        self.publish()
        for bit, entry, tile in ((8 * 2, 0, "000"), (-1, 255, "000"), (-8, 511, "001")):
            self.refuses(f"tile/entries/{tile}", flip(bit), ENTRY.format(entry, tile, tile))
        self.refuses("tile/entries/002.p/88", flip(-3), ENTRY.format(599, "002.p/88", "002.p/88"))
        self.refuses("tile/entries/000", swap_entries, ENTRY.format(0, "000", "000"))
        # The length of the first entry, made longer by 256 bytes or by one.
        self.refuses("tile/entries/000", flip(0), "tile/entries/000")
        self.refuses("tile/entries/000", flip(8), "tile/entries/000")

    def test_names_the_tile(self):
        self.publish()
        self.refuses("tile/0/000", flip(8 * 32 * 7 + 3), ENTRY.format(7, "000", "000"))
        self.refuses("tile/0/002.p/88", flip(-1), ENTRY.format(599, "002.p/88", "002.p/88"))
        self.refuses("tile/1/000.p/2", flip(0), "tile/1/000.p/2, hash 0")
        self.refuses("tile/1/000.p/2", flip(-1), "tile/1/000.p/2, hash 1")

    def test_names_a_file_of_another_length(self):
        self.publish()
        for file in FILES:
            place = re.escape(file)
            self.refuses(file, lambda data: data[:-1], place)
            self.refuses(file, lambda data: b"", place)
            self.refuses(file, lambda data: data + b"\x00", place)
            self.refuses(file, lambda data: data + b"\x00" * 8192,
                         place + (" has bytes after" if "entries" in file else " is longer than"))
            (self.published / file).rename(self.folder / "elsewhere")
            with self.subTest(missing=file):
                self.assert_refused(self.log(), place + " is missing")
            (self.folder / "elsewhere").rename(self.published / file)
        self.refuses(FILES[-1], lambda data: data + b"\x00" * 20_000_000, "is longer than")
        with programs.Server(self.published) as address:
            (self.published / FILES[0]).unlink()
            self.assert_refused(self.log(source=address), FILES[0] + " is missing")

    def test_a_change_is_found_however_much_is_made_to_fit_it(self):
        self.publish()
        swapped = ReferenceLog([ENTRIES.entries[1], ENTRIES.entries[0], *ENTRIES.entries[2:]])
        for file in ("tile/entries/000", "tile/0/000"):
            (self.published / file).write_bytes(
                swap_entries((self.published / file).read_bytes()) if "entries" in file
                else swap_hashes((self.published / file).read_bytes()))
        self.assert_refused(self.log(), "tile/1/000.p/2, hash 0")
        self.publish(swapped, checkpoint=note(ENTRIES, SIZE))
        self.assert_refused(self.log(), f"line 3: the root is {ENTRIES.root(SIZE).hex()}, "
                                        f"that of the entries is {swapped.root(SIZE).hex()}")

    def test_a_signed_lie(self):
        for size, place in ((599, "tile/entries/002.p/87 is missing"),
                            (601, "tile/entries/002.p/89 is missing"),
                            (2**63 - 1, "tile/(entries/002|1/000) is missing"), (0, "line 3")):
            with self.subTest(size=size):
                text = f"{LOG_KEY.name}\n{size}\n{to_base64(ENTRIES.root(SIZE))}\n"
                self.publish(checkpoint=sign(text, LOG_KEY))
                self.assert_refused(self.log(), place)

    # Checkpoints

    def test_one_spelling_of_a_checkpoint(self):
        root = to_base64(ENTRIES.root(SIZE))
        # The last character before the padding carries two bits that decode to nothing.
        letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
        loose = root[:-2] + letters[letters.index(root[-2]) + 1] + "="
        texts = {
            "line 1": [f"another.example\n600\n{root}\n", f"\n600\n{root}\n"],
            "lines? 2": [f"{LOG_KEY.name}\n{size}\n{root}\n" for size in
                         ("0600", "+600", "-600", " 600", "6e2", "", "9223372036854775808",
                          "\u0666\u0660\u0660")],
            "line(s 2 and)? 3": [f"{LOG_KEY.name}\n600\n{line}\n" for line in
                                 (loose, root + " ", root[:-1], root[:-4], root + "AAAA", "")],
            "(lines of text|lines 2 and 3)": [f"{LOG_KEY.name}\n600\n{root}\nmore\n",
                                              f"{LOG_KEY.name}\n600\n{root}\n\n"],
        }
        self.publish()
        for place, text in ((place, text) for place, same in texts.items() for text in same):
            with self.subTest(text=text):
                (self.published / "checkpoint").write_bytes(sign(text, LOG_KEY).encode())
                self.assert_refused(self.log(), "checkpoint.*" + place)

    def test_one_spelling_of_a_signature(self):
        self.publish()
        good = note(ENTRIES, SIZE)
        line = LOG_KEY.line(ENTRIES.checkpoint(SIZE, LOG_KEY.name))
        bad_notes = {
            "two spaces": good.replace(f"{LOG_KEY.name} ", f"{LOG_KEY.name}  "),
            "a hyphen": good.replace("\u2014 ", "- "),
            "no line feed": good[:-1],
            "carriage returns": good.replace("\n", "\r\n"),
            "a space at the end": good[:-1] + " \n",
            "no signature": good[: good.index("\u2014")],
            "an empty line at the end": good + "\n",
            "an empty line among signatures": good + "\n" + line,
            "a control character": good + OWN.line("").replace("ledger", "led\x1bger"),
            "padding left out": good[:-1].rstrip("=") + "\n",
            "only a key id": good[: good.index("\u2014")] + f"\u2014 {LOG_KEY.name} VVVuAA==\n",
        }
        for name, bad in bad_notes.items():
            with self.subTest(name):
                (self.published / "checkpoint").write_bytes(bad.encode())
                self.assert_refused(self.log(), "checkpoint")
        (self.published / "checkpoint").write_bytes(good.encode() + b"\xff")
        self.assert_refused(self.log(), "checkpoint")
        (self.published / "checkpoint").write_bytes(good.encode() + line.encode() * 1000)
        self.assert_refused(self.log(), "checkpoint is longer than 65536 bytes")

    def test_a_flipped_bit_of_every_third_byte_of_a_checkpoint(self):
        good = note(ENTRIES, SIZE, AUDIT).encode()
        self.publish()
        for index in range(0, len(good), 3):
            (self.published / "checkpoint").write_bytes(flip(8 * index + index % 8)(good))
            outcome = self.log("--witness", AUDIT.vkey)
            self.assertEqual(outcome.status, 4, f"byte {index}: {outcome.complaint}")

    def test_whose_signature(self):
        self.publish()
        self.assert_refused(self.log(key=OTHER_LOG_KEY), "checkpoint is not signed with the key of")
        text = ENTRIES.checkpoint(SIZE, LOG_KEY.name)
        other_text = ENTRIES.checkpoint(SIZE - 1, LOG_KEY.name)
        for checkpoint, place in (
                (sign(text, AUDIT), "not signed with the key"),
                (text + "\n" + LOG_KEY.line(other_text), LOG_KEY.name),
                (sign(text, LOG_KEY, LOG_KEY), "line 6: a second signature of " + LOG_KEY.name),
                (sign(text, LOG_KEY) + LOG_KEY.line(other_text), "line 6|" + LOG_KEY.name)):
            (self.published / "checkpoint").write_bytes(checkpoint.encode())
            self.assert_refused(self.log(), "checkpoint.*(" + place + ")")

    def test_lines_of_unknown_keys_are_ignored(self):
        unknown = Signer("unknown.example", 6, WITNESS)
        self.publish(checkpoint=note(ENTRIES, SIZE, OWN, unknown, unknown, OTHER_LOG_KEY))
        self.assert_verified(self.log())

    def test_quorum(self):
        both = ("--witness", AUDIT.vkey, "--witness", FINANCE.vkey)
        text = ENTRIES.checkpoint(SIZE, LOG_KEY.name)
        self.publish(checkpoint=note(ENTRIES, SIZE, OWN, AUDIT))
        self.assert_verified(self.log("--witness", AUDIT.vkey), cosignatures="1 of 1")
        self.assert_verified(self.log(*both, "--quorum", "1"), cosignatures="1 of 2")
        self.assert_refused(self.log(*both), "checkpoint has 1 cosignatures .* 2 are asked for")
        self.publish(checkpoint=note(ENTRIES, SIZE, AUDIT, FINANCE))
        self.assert_verified(self.log(*both), cosignatures="2 of 2")
        self.publish(checkpoint=note(ENTRIES, SIZE, AUDIT, AUDIT))
        self.assert_refused(self.log(*both), "line 7: a second signature of " + AUDIT.name)
        for wrong in (AUDIT.signature(ENTRIES.checkpoint(1, LOG_KEY.name)),  # of another tree
                      AUDIT.signature(text)[:-1],
                      AUDIT.private.sign(text.encode())):  # without a time
            line = f"\u2014 {AUDIT.name} {to_base64(AUDIT.key_id + wrong)}\n"
            self.publish(checkpoint=note(ENTRIES, SIZE) + line)
            self.assert_refused(self.log(*both, "--quorum", "0"), "checkpoint.*" + AUDIT.name)

    def test_times_of_cosignatures(self):
        text = ENTRIES.checkpoint(SIZE, LOG_KEY.name)
        witness = ("--witness", AUDIT.vkey)

        def publish_cosigned(seconds_ago):
            signature = AUDIT.signature(text, int(time.time()) - seconds_ago)
            line = f"\u2014 {AUDIT.name} {to_base64(AUDIT.key_id + signature)}\n"
            self.publish(checkpoint=note(ENTRIES, SIZE) + line)

        publish_cosigned(1000)
        self.assert_verified(self.log(*witness), cosignatures="1 of 1")
        self.assert_verified(self.log(*witness, "--cosigned-within", "1100"), cosignatures="1 of 1")
        self.assert_refused(self.log(*witness, "--cosigned-within", "900"),
                            "checkpoint has 0 cosignatures .* 1 are asked for")
        publish_cosigned(-200)
        self.assert_verified(self.log(*witness, "--cosigned-within", "60"), cosignatures="1 of 1")
        publish_cosigned(-400)  # of a clock that is wrong
        self.assert_refused(self.log(*witness), "checkpoint has 0 cosignatures")
        self.assert_verified(self.log(*witness, "--quorum", "0"), cosignatures="0 of 1")

    # Another key of the log

    def test_a_log_with_another_key(self):
        new = Signer(LOG_KEY.name, 17)
        file = self.keep(note(ENTRIES, 5))
        self.publish(checkpoint=note(ENTRIES, SIZE, new, OWN))
        for key in (LOG_KEY, new):
            self.assert_verified(self.log(key=key))
        self.publish(checkpoint=sign(ENTRIES.checkpoint(SIZE, LOG_KEY.name), new))
        self.assert_refused(self.log(), "not signed with the key")
        self.assert_refused(self.log("--old", file, key=new), "kept.*not signed with the key")
        self.assert_verified(self.log("--old", file, "--old-key", LOG_KEY.vkey, key=new))

    # Kept checkpoints

    def test_continues_a_kept_checkpoint(self):
        self.publish()
        for size in (0, 1, 2, 255, 256, 257, 300, 512, 599, 600):
            with self.subTest(size=size):
                file = self.keep(note(ENTRIES, size))
                outcome = self.log("--old", file)
                self.assert_verified(outcome)
                self.assertIn(f"continues     {file} of {size} entries\n", outcome.output)

    def test_a_rewritten_past(self):
        self.publish()
        for size in (41, 255, 256, 257, 512, 599, 600):
            with self.subTest(size=size):
                outcome = self.log("--old", self.keep(note(FORKED, size)))
                self.assert_refused(outcome, f"the first {size} entries are not those of "
                                             ".*kept.checkpoint: history was rewritten")
        lie = f"{LOG_KEY.name}\n0\n{to_base64(ENTRIES.root(1))}\n"
        self.assert_refused(self.log("--old", self.keep(sign(lie, LOG_KEY))), "rewritten")

    def test_a_lost_tail(self):
        self.publish(size=300)
        self.assert_refused(self.log("--old", self.keep(note(ENTRIES, 301))),
                            "has 300 entries, .*kept.checkpoint has 301: the log has lost entries")

    def test_a_kept_checkpoint_is_checked_too(self):
        self.publish()
        for text in ("", "nothing\n", sign(ENTRIES.checkpoint(1, LOG_KEY.name), OTHER_LOG_KEY)):
            self.assert_refused(self.log("--old", self.keep(text)), "kept.checkpoint")
        self.assert_refused(self.log("--old", self.folder / "none"), "none", status=5)

    def test_keeps_what_was_verified_and_nothing_else(self):
        kept = self.folder / "kept.checkpoint"
        for size in (300, 600):
            self.publish(size=size)
            options = ("--old", kept) if kept.exists() else ()
            self.assert_verified(self.log(*options, "--keep", kept), size)
            self.assertEqual(kept.read_text(), note(ENTRIES, size))
        self.publish(FORKED)
        self.assertEqual(self.log("--old", kept, "--keep", kept).status, 4)
        self.assertEqual(kept.read_text(), note(ENTRIES, 600))
        self.assertEqual(sorted(file.name for file in self.folder.iterdir()),
                         ["kept.checkpoint", "published"])
        self.publish()
        self.assert_refused(self.log("--keep", self.folder / "none" / "kept"), "none", status=5)

    # What cannot be checked

    def test_a_source_that_cannot_be_read(self):
        self.assert_refused(self.log(source=self.folder / "none"), "checkpoint", status=5)
        self.publish()
        with programs.Server(self.published, programs.CutOff) as address:
            self.assert_refused(self.log(source=address), ".", status=5)
        for status in (301, 403, 500):
            with programs.Server(self.published, programs.always(status)) as address:
                self.assert_refused(self.log(source=address), f"{status}", status=5)
        self.assert_refused(self.log(source=address), ".", status=5)  # nobody listens any more
        shutil.rmtree(self.published / "tile/0")
        (self.published / "tile/0/000").mkdir(parents=True)
        self.assert_refused(self.log(), "tile/0/000", status=5)

    def test_command_lines_that_make_no_sense(self):
        self.publish()
        tail = "x" + LOG_KEY.vkey
        keys = ("--witness", AUDIT.vkey)
        again = Signer("again.example", 3, WITNESS)
        for arguments in ((), ("log",), ("log", self.published), ("look",),
                          ("log", self.published, "--key", tail),
                          ("log", self.published, "--key", LOG_KEY.vkey[:-4]),
                          ("log", self.published, "--key", AUDIT.vkey),
                          ("log", self.published, "--key", LOG_KEY.vkey, "--quorum", "1"),
                          ("log", self.published, "--key", LOG_KEY.vkey, "--quorum", "x"),
                          ("log", self.published, "--key", LOG_KEY.vkey, *keys, *keys),
                          ("log", self.published, "--key", LOG_KEY.vkey, *keys,
                           "--witness", again.vkey),
                          ("log", self.published, "--key", LOG_KEY.vkey, "--witness", LOG_KEY.vkey),
                          ("log", self.published, "--key", LOG_KEY.vkey, "more")):
            with self.subTest(arguments=arguments):
                outcome = self.verify(*arguments)
                self.assertEqual((outcome.status, outcome.output), (2, ""), outcome.complaint)
                self.assertNotEqual(outcome.complaint, "")


class PythonVerifier(LogCases, unittest.TestCase):
    def verify(self, *arguments):
        return programs.run_python(*arguments)


class GoVerifier(LogCases, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        programs.go_program()  # or the whole class is skipped

    def verify(self, *arguments):
        return programs.run_go(*arguments)

    def test_a_server_that_changes_its_answer(self):
        """The Go program reads tiles a second time, for the proofs that it makes."""
        self.publish()
        with programs.Server(self.published, programs.changing("tile/0/000")) as address:
            self.assert_refused(self.log(source=address),
                                "inconsistent tile|is not proven by the tiles")
