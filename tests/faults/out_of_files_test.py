#!/usr/bin/env python3
"""The program may open no more files: it ends with words and an exit of its own, what was
acknowledged is kept, and so is what was derived, which is whole.

How many files may be open is limited before the program starts, from where it can hardly begin to
where it has enough. KINLEDGER_PROGRAM names the program."""

import json
import resource
import unittest

from scarce import Scarce
from system_calls_test import submission

LIMITS = range(4, 72, 4)


class OutOfFiles(Scarce):
    limited_resource = resource.RLIMIT_NOFILE

    def setUp(self):
        super().setUp()
        self.assertEqual(self.imported(0).returncode, 0)
        self.expect_whole()

    def imported(self, serial, limit=None):
        self.list.write_text(json.dumps(submission(serial)) + "\n")
        return self.run_program("import", self.city, self.list, "--json", limit=limit)

    def derived(self):
        return {table.name for table in (self.city / "projections").glob("*.sst")}

    def test_ends_in_order_and_loses_nothing(self):
        acknowledged = {0}
        ended = 0
        for files in LIMITS:
            ran = self.imported(files, files)
            ended += self.expect_in_order(ran, f"{files} files, import")
            if ran.returncode == 0:
                acknowledged.add(files)
            self.expect_in_order(self.run_program("rebuild", self.city, limit=files),
                                 f"{files} files, rebuild")
        self.assertGreater(ended, 0, "there were enough everywhere")
        self.assertGreater(len(acknowledged), 1, "there were enough nowhere")
        for serial in (0, *LIMITS):
            again = self.imported(serial)
            self.assertEqual(again.returncode, 0, again.stderr)
            if serial in acknowledged:
                self.assertTrue(json.loads(again.stdout)["receipts"][0]["already"], serial)
        self.expect_whole()

    def test_what_was_derived_is_not_made_again_for_want_of_files(self):
        before = self.derived()
        self.assertTrue(before)
        ended = 0
        for files in LIMITS:
            for command in ("verify", "check"):
                ran = self.run_program(command, self.city, limit=files)
                ended += self.expect_in_order(ran, f"{files} files, {command}")
                self.assertLessEqual(before, self.derived(),
                                     f"{files} files, {command}: {ran.stderr}")
        self.assertGreater(ended, 0, "there were enough everywhere")

    def test_a_server_listens_or_ends(self):
        self.expect_server_listens_or_ends(LIMITS)


if __name__ == "__main__":
    unittest.main()
