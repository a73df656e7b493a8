#!/usr/bin/env python3
"""The program gets no more memory: it ends with words and an exit of its own, never by a signal and
never by waiting, and what was acknowledged is kept.

The address space is limited before the program starts, from where it can just begin to where it
has enough. KINLEDGER_PROGRAM names the program."""

import json
import pathlib
import resource
import select
import subprocess
import tempfile
import unittest

from system_calls_test import ENVIRONMENT as SIMULATED
from system_calls_test import PROGRAM, submission

# The clock is the machine's.
ENVIRONMENT = {name: value for name, value in SIMULATED.items() if name != "KINLEDGER_NOW"}
TIMEOUT_SECONDS = 120
NOT_NOW = 5
# Done, and: done, and there is something to see.
ENDS_IN_ORDER = (0, 1, NOT_NOW)
MIB = 1024 * 1024
LIMITS = (100, 120, 140, 160, 200, 250, 300, 350, 400, 450, 550, 700)


def limited(mebibytes):
    return lambda: resource.setrlimit(resource.RLIMIT_AS, (mebibytes * MIB, mebibytes * MIB))


def run(*words, limit=None, **options):
    return subprocess.run([PROGRAM, *words], env=ENVIRONMENT, capture_output=True,
                          encoding="utf-8", timeout=TIMEOUT_SECONDS,
                          preexec_fn=limited(limit) if limit else None, **options)


class OutOfMemory(unittest.TestCase):
    def setUp(self):
        # Below, libraries fail while they are loaded, and nothing of the program has run yet.
        self.limits = [limit for limit in LIMITS if run("--version", limit=limit).returncode == 0]
        self.assertGreater(len(self.limits), 6)
        directory = self.enterContext(tempfile.TemporaryDirectory())
        self.city = str(pathlib.Path(directory) / "city")
        made = run("init", self.city, "--origin", "faults.example", "--pack", "hangzhou-2021")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.list = str(pathlib.Path(directory) / "list.ndjson")

    def write(self, serial):
        pathlib.Path(self.list).write_text(json.dumps(submission(serial)) + "\n")

    def expect_whole(self):
        verified = run("verify", self.city)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def expect_in_order(self, ran, what):
        self.assertIn(ran.returncode, ENDS_IN_ORDER, f"{what}: {ran.stderr}")
        if ran.returncode == NOT_NOW:
            self.assertIn("kinledger: ", ran.stderr, what)

    def test_ends_in_order_and_loses_nothing(self):
        ended = 0
        acknowledged = []
        for serial, limit in enumerate(self.limits, 1):
            self.write(serial)
            imported = run("import", self.city, self.list, limit=limit)
            checks = [run(*words, limit=limit) for words in
                      (("verify", self.city), ("check", self.city), ("rebuild", self.city))]
            for ran in (imported, *checks):
                self.expect_in_order(ran, f"{limit} MiB, {ran.args[1]}")
                ended += ran.returncode == NOT_NOW
            if imported.returncode == 0:
                acknowledged.append(serial)
        self.assertGreater(ended, 0, "there was room everywhere")
        self.assertTrue(acknowledged, "there was room nowhere")
        self.expect_whole()
        for serial in range(1, len(self.limits) + 1):
            self.write(serial)
            again = run("import", self.city, self.list, "--json")
            self.assertEqual(again.returncode, 0, again.stderr)
            if serial in acknowledged:
                self.assertTrue(json.loads(again.stdout)["receipts"][0]["already"], serial)
        self.expect_whole()
        print(f"{ended} of {4 * len(self.limits)} commands ended for want of memory")

    def test_says_so_in_both_languages(self):
        told = set()
        for language in ("zh", "en"):
            for limit in self.limits:
                said = run("verify", self.city, "--lang", language, limit=limit).stderr
                told.update(word for word in ("内存不足", "out of memory") if word in said)
        self.assertEqual(told, {"内存不足", "out of memory"})

    def test_a_server_listens_or_ends(self):
        listened = ended = 0
        for limit in self.limits:
            server = subprocess.Popen(
                [PROGRAM, "serve", self.city, "--listen", "127.0.0.1:0"], env=ENVIRONMENT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                preexec_fn=limited(limit))
            ready, _, _ = select.select([server.stdout], [], [], TIMEOUT_SECONDS)
            self.assertTrue(ready, f"{limit} MiB: it neither listens nor ends")
            if server.stdout.readline():
                listened += 1
                server.terminate()
                # It may get no more memory on its way out either.
                self.assertIn(server.wait(TIMEOUT_SECONDS), ENDS_IN_ORDER, f"{limit} MiB")
            else:
                ended += 1
                self.assertEqual(server.wait(TIMEOUT_SECONDS), NOT_NOW, f"{limit} MiB")
                self.assertIn("kinledger: ", server.stderr.read(), f"{limit} MiB")
            server.stdout.close()
            server.stderr.close()
        self.assertGreater(listened, 0, "there was room nowhere")
        self.assertGreater(ended, 0, "there was room everywhere")
        self.expect_whole()


if __name__ == "__main__":
    unittest.main()
