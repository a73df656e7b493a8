#!/usr/bin/env python3
"""Every system call once: the program imports three lists under strace, which fails one occurrence
of one system call on a file of the ledger, or kills the program there. Whatever was acknowledged is
there afterwards, `verify` finds nothing, and the same lists handed in again are there exactly once.

strace counts the calls of each thread for itself: "the third fsync" fails in every thread that
comes to a third one.

KINLEDGER_PROGRAM names the program. KINLEDGER_TRIALS cases are drawn by KINLEDGER_SEED, in turn
from each system call; with as many trials as there are cases it is all of them."""

import collections
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.environ.get("KINLEDGER_PROGRAM", "build/kinledger")
TRIALS = int(os.environ.get("KINLEDGER_TRIALS", "24"))
SEED = int(os.environ.get("KINLEDGER_SEED", "20210331"))
SYSTEM_CALLS = ("write", "pwrite64", "fdatasync", "fsync", "openat", "rename", "renameat",
                "renameat2", "ftruncate", "unlink", "unlinkat")
FAULTS = ("error=EIO", "error=ENOSPC", "error=EINTR", "signal=SIGKILL")
LISTS = 3
# Imports before, each of which leaves a table file: the traced one compacts them.
IMPORTS_BEFORE = 3
TIMEOUT_SECONDS = 300
KILLED = (-9, 128 + 9)
# Done, input refused, corrupt, not now: what a failing disk may make of it, and no crash.
ENDS_IN_ORDER = (0, 3, 4, 5)

# A sanitizer looks for leaks with ptrace, which strace has already.
ENVIRONMENT = {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C.UTF-8",
               "KINLEDGER_NOW": "2021-04-08T09:00:00+08:00", "ASAN_OPTIONS": "detect_leaks=0"}


def why_not_traced():
    """Why nothing can be traced here; empty: it can."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    tried = subprocess.run(["strace", "-qq", "-o", os.devnull, "true"], capture_output=True,
                           encoding="utf-8")
    return "" if tried.returncode == 0 else "strace may trace nothing here: " + tried.stderr.strip()


def resident(serial):
    """A made-up number on a division code that was never issued (GB 11643)."""
    number = f"33019920150101{serial:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return number + "10X98765432"[sum(int(d) * w for d, w in zip(number, weights)) % 11]


def submission(serial):
    """Registers a child, which the vault keeps, and records a premium."""
    child = {"idNumber": resident(serial), "name": "林知夏", "birthDate": "2015-01-01"}
    return {"key": f"list {serial}", "registersPersons": True,
            "events": [{"type": "PremiumPaid", "validOn": "2021-03-31", "person": child,
                        "scheme": "children", "insuranceYear": 2021, "amount": f"{serial}.00"}]}


class Ledgers:
    """The ledger before the import, and the copy that is broken."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory).resolve()
        self.before = self.directory / "before"
        self.work = self.directory / "work"
        self.trace = self.directory / "trace"
        self.lists = []
        self.work.mkdir()
        self.expect(self.run("init", self.city, "--origin", "faults.invalid",
                             "--pack", "hangzhou-2021"))
        for serial in range(1, IMPORTS_BEFORE + LISTS + 1):
            file = self.directory / f"{serial}.ndjson"
            file.write_text(json.dumps(submission(serial)) + "\n", encoding="utf-8")
            if serial <= IMPORTS_BEFORE:
                self.expect(self.run("import", self.city, file))
            else:
                self.lists.append(file)
        self.work.rename(self.before)
        self.begin_again()

    @property
    def city(self):
        return self.work / "city"

    def begin_again(self):
        shutil.rmtree(self.work, ignore_errors=True)
        shutil.copytree(self.before, self.work)

    def run(self, *words, under=()):
        return subprocess.run([str(word) for word in (*under, PROGRAM, *words)],
                              capture_output=True, encoding="utf-8", errors="replace",
                              env=ENVIRONMENT, timeout=TIMEOUT_SECONDS)

    @staticmethod
    def expect(ran):
        if ran.returncode != 0:
            raise AssertionError(f"exit {ran.returncode}: {ran.stderr}")
        return ran

    def hand_in(self, under=(), language="en"):
        return self.run("import", self.city, *self.lists, "--json", "--lang", language, under=under)

    def contents(self):
        """Of every file, but for the lock, in which whoever opens a ledger writes who he is."""
        return {file: file.read_bytes() for file in self.work.rglob("*")
                if file.is_file() and file.name != "lock"}

    def strace(self, *options):
        return ("strace", "-f", "-qq", "-y", "-s", "4096", "-o", self.trace, *options)

    def calls(self):
        """How often each system call touches a file of the ledger in one thread at most, and which
        files those are."""
        self.expect(self.hand_in(self.strace("-e", "trace=" + ",".join(
            f"?{call}" for call in SYSTEM_CALLS))))
        counts, files = collections.Counter(), set()
        inside = re.compile(re.escape(str(self.work)) + r'[^">]*')
        for line in self.trace.read_text(encoding="utf-8", errors="replace").splitlines():
            called = re.match(r"(\d+) +(\w+)\(", line)
            touched = inside.findall(line)
            if called and touched:
                counts[called.groups()] += 1
                files.update(touched)
        most = collections.Counter()
        for (_, call), count in counts.items():
            most[call] = max(most[call], count)
        return most, sorted(files)

    def settle(self, acknowledged):
        """On a sound disk: what is wrong with the ledger after the fault; empty: nothing."""
        verified = self.run("verify", self.city, "--json")
        if verified.returncode != 0:
            return f"verify ends with {verified.returncode}: {verified.stderr}{verified.stdout}"
        again = self.hand_in()
        if again.returncode != 0:
            return f"importing again ends with {again.returncode}: {again.stderr}"
        places = receipts(again.stdout)
        if len(places) != LISTS or len(set(places.values())) != LISTS:
            return f"the receipts are {places}"
        for key, place in acknowledged.items():
            if places[key] != place:
                return f"{key} was acknowledged at {place} and is at {places[key]}"
        verified = self.run("verify", self.city, "--json")
        if verified.returncode != 0:
            return f"verify in the end: {verified.stderr}{verified.stdout}"
        size = json.loads(verified.stdout.splitlines()[0])["treeSize"]
        return "" if size == self.size else f"there are {size} events, not {self.size}"

    def remember_size(self):
        """Of the ledger after an import that nothing disturbed."""
        verified = self.expect(self.run("verify", self.city, "--json"))
        self.size = json.loads(verified.stdout.splitlines()[0])["treeSize"]


def receipts(out):
    """First sequence and number of events, by key, of the lists that were acknowledged."""
    found = {}
    for line in out.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue  # the program was killed while it wrote it
        for receipt in told.get("receipts", []):
            found[receipt["key"]] = (receipt["firstSequence"], receipt["count"])
    return found


def drawn(cases):
    """TRIALS of the cases, in turn from each system call, in an order that SEED gives."""
    chance = random.Random(SEED)
    by_call = collections.defaultdict(list)
    for case in cases:
        by_call[case[0]].append(case)
    for of_call in by_call.values():
        chance.shuffle(of_call)
    in_turn = itertools.chain.from_iterable(itertools.zip_longest(*by_call.values()))
    return [case for case in in_turn if case is not None][:TRIALS]


@unittest.skipIf(why_not_traced(), why_not_traced())
class SystemCalls(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="kinledger-calls-")
        self.addCleanup(directory.cleanup)
        self.ledgers = Ledgers(directory.name)

    def test_fail_once_and_nothing_is_lost(self):
        ledgers = self.ledgers
        counts, files = ledgers.calls()
        ledgers.remember_size()
        self.assertGreater(sum(counts.values()), 40, "hardly a system call was seen")
        cases = [(call, nth, fault) for call, count in sorted(counts.items())
                 for nth in range(1, count + 1) for fault in FAULTS]
        on_ledger = [word for file in files for word in ("-P", file)]
        trials, happened = drawn(cases), collections.Counter()
        for call, nth, fault in trials:
            where = f"{call} {nth} of {counts[call]}, {fault}, seed {SEED}"
            with self.subTest(where):
                happened[fault] += self.fail_once(on_ledger, call, nth, fault)
        print(f"{len(trials)} of {len(cases)} cases, in {happened.total()} of them the call came "
              f"and failed {dict(happened)}, seed {SEED}", flush=True)
        # Threads do not come to their calls in the same number each time.
        self.assertGreater(happened.total(), len(trials) * 9 // 10)

    def fail_once(self, on_ledger, call, nth, fault):
        """Whether the call came to pass, and failed."""
        ledgers = self.ledgers
        ledgers.begin_again()
        ran = ledgers.hand_in(ledgers.strace(
            *on_ledger, "-e", f"trace={call}", "-e", f"inject={call}:{fault}:when={nth}"))
        if fault == "signal=SIGKILL":
            has_happened = ran.returncode in KILLED
            self.assertIn(ran.returncode, (0, *KILLED), ran.stderr)
        else:
            has_happened = "(INJECTED)" in ledgers.trace.read_text(encoding="utf-8",
                                                                   errors="replace")
            self.assertIn(ran.returncode, ENDS_IN_ORDER, ran.stderr)
        self.assertEqual(ledgers.settle(receipts(ran.stdout)), "", ran.stderr)
        return has_happened

    def test_read_only_file_system_is_told_and_left_alone(self):
        ledgers = self.ledgers
        before = ledgers.contents()
        for name in ("city/lock", "city.state/mark"):
            for language, words in (("en", "mounted for writing"), ("zh", "以可写方式挂载")):
                ran = ledgers.hand_in(ledgers.strace(
                    "-P", ledgers.work / name, "-e", "trace=openat",
                    "-e", "inject=openat:error=EROFS"), language)
                self.assertEqual(ran.returncode, 5, ran.stderr)
                self.assertIn(words, ran.stderr)
                self.assertIn(name, ran.stderr)
                self.assertEqual(ledgers.contents(), before)

    def test_file_system_that_becomes_read_only_loses_nothing(self):
        """As Linux does with one that fails: what is open stays open, and is never written."""
        ledgers = self.ledgers
        _, files = ledgers.calls()
        ledgers.remember_size()
        on_ledger = [word for file in files for word in ("-P", file)]
        writing = "write,pwrite64,fdatasync,ftruncate,rename,unlink"
        stopped = asserted = 0
        for nth in (1, 2, 6, 16, 30, 40):
            with self.subTest(nth):
                ledgers.begin_again()
                ran = ledgers.hand_in(ledgers.strace(
                    *on_ledger, "-e", f"trace={writing}",
                    "-e", f"inject={writing}:error=EROFS:when={nth}+"))
                # The RocksDB of Debian has its assertions: one of them fails where a file is closed
                # to which it could not write.
                self.assertIn(ran.returncode, ENDS_IN_ORDER, ran.stderr)
                if "writable_file_writer" in ran.stderr:
                    asserted += 1
                    self.assertIn("what was acknowledged is kept", ran.stderr)
                stopped += ran.returncode != 0
                self.assertEqual(ledgers.settle(receipts(ran.stdout)), "", ran.stderr)
        print(f"{stopped} ended, {asserted} of them by an assertion", flush=True)
        self.assertGreater(stopped, 3)

    def test_loss_would_be_seen(self):
        """What the trials rest on: of a list that was acknowledged, and is gone, somebody tells."""
        ledgers = self.ledgers
        acknowledged = receipts(ledgers.expect(ledgers.hand_in()).stdout)
        self.assertEqual(len(acknowledged), LISTS)
        ledgers.remember_size()
        self.assertEqual(ledgers.settle(acknowledged), "")
        shutil.rmtree(ledgers.city / "journal")
        shutil.copytree(ledgers.before / "city/journal", ledgers.city / "journal")
        self.assertIn("verify ends with", ledgers.settle(acknowledged))
        # Where the mark is an older one too, the receipts tell.
        ledgers.begin_again()
        ledgers.lists.reverse()
        self.assertIn("was acknowledged at", ledgers.settle(acknowledged))


if __name__ == "__main__":
    unittest.main()
