#!/usr/bin/env python3
"""The program may open no more files: it ends with words and an exit of its own, what was
acknowledged is kept, and so is what was derived, which is whole.

How many files may be open is limited before the program starts, from where it can hardly begin to
where it has enough. KINLEDGER_PROGRAM names the program."""

import json
import pathlib
import resource
import select
import subprocess
import tempfile
import unittest

from out_of_memory_test import ENDS_IN_ORDER, ENVIRONMENT, NOT_NOW, TIMEOUT_SECONDS
from system_calls_test import PROGRAM, submission

LIMITS = range(4, 72, 4)
TABLES = "*.sst"


def limited(files):
    return lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (files, files))


def run(*words, files=None):
    return subprocess.run([PROGRAM, *words], env=ENVIRONMENT, capture_output=True,
                          encoding="utf-8", timeout=TIMEOUT_SECONDS,
                          preexec_fn=limited(files) if files else None)


class OutOfFiles(unittest.TestCase):
    def setUp(self):
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.city = directory / "city"
        self.list = directory / "list.ndjson"
        made = run("init", str(self.city), "--origin", "faults.example", "--pack", "hangzhou-2021")
        self.assertEqual(made.returncode, 0, made.stderr)
        self.assertEqual(self.imported(0).returncode, 0)
        self.assertEqual(run("verify", str(self.city)).returncode, 0)

    def imported(self, serial, files=None):
        self.list.write_text(json.dumps(submission(serial)) + "\n")
        return run("import", str(self.city), str(self.list), "--json", files=files)

    def expect_in_order(self, ran, what):
        self.assertIn(ran.returncode, ENDS_IN_ORDER, f"{what}: {ran.stderr}")
        if ran.returncode == NOT_NOW:
            self.assertIn("kinledger: ", ran.stderr, what)

    def derived(self):
        return {table.name for table in (self.city / "projections").glob(TABLES)}

    def test_ends_in_order_and_loses_nothing(self):
        acknowledged = {0}
        ended = 0
        for files in LIMITS:
            ran = self.imported(files, files)
            self.expect_in_order(ran, f"{files} files, import")
            if ran.returncode == 0:
                acknowledged.add(files)
            ended += ran.returncode == NOT_NOW
            self.expect_in_order(run("rebuild", str(self.city), files=files), f"{files}, rebuild")
        self.assertGreater(ended, 0, "there were enough everywhere")
        self.assertGreater(len(acknowledged), 1, "there were enough nowhere")
        for serial in (0, *LIMITS):
            again = self.imported(serial)
            self.assertEqual(again.returncode, 0, again.stderr)
            if serial in acknowledged:
                self.assertTrue(json.loads(again.stdout)["receipts"][0]["already"], serial)
        verified = run("verify", str(self.city))
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def test_what_was_derived_is_not_made_again_for_want_of_files(self):
        before = self.derived()
        self.assertTrue(before)
        ended = 0
        for files in LIMITS:
            for command in ("verify", "check"):
                ran = run(command, str(self.city), files=files)
                self.expect_in_order(ran, f"{files} files, {command}")
                ended += ran.returncode == NOT_NOW
                self.assertLessEqual(before, self.derived(),
                                     f"{files} files, {command}: {ran.stderr}")
        self.assertGreater(ended, 0, "there were enough everywhere")

    def test_a_server_listens_or_ends(self):
        listened = ended = 0
        for files in LIMITS:
            server = subprocess.Popen(
                [PROGRAM, "serve", str(self.city), "--listen", "127.0.0.1:0"], env=ENVIRONMENT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                preexec_fn=limited(files))
            ready, _, _ = select.select([server.stdout], [], [], TIMEOUT_SECONDS)
            self.assertTrue(ready, f"{files} files: it neither listens nor ends")
            if server.stdout.readline():
                listened += 1
                server.terminate()
                self.assertEqual(server.wait(TIMEOUT_SECONDS), 0, f"{files} files")
            else:
                ended += 1
                self.assertEqual(server.wait(TIMEOUT_SECONDS), NOT_NOW, f"{files} files")
                self.assertIn("kinledger: ", server.stderr.read(), f"{files} files")
            server.stdout.close()
            server.stderr.close()
        self.assertGreater(listened, 0, "there were enough nowhere")
        self.assertGreater(ended, 0, "there were enough everywhere")


if __name__ == "__main__":
    unittest.main()
