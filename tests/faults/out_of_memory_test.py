#!/usr/bin/env python3
"""The program gets no more memory: it ends with words and an exit of its own, never by a signal and
never by waiting, and what was acknowledged is kept.

The address space is limited before the program starts, from where it can just begin to where it
has enough. KINLEDGER_PROGRAM names the program."""

import json
import resource
import unittest

from scarce import Scarce
from system_calls_test import submission

LIMITS = (100, 120, 140, 160, 200, 250, 300, 350, 400, 450, 550, 700)  # MiB


class OutOfMemory(Scarce):
    limited_resource = resource.RLIMIT_AS
    unit = 1024 * 1024

    def setUp(self):
        super().setUp()
        # Below, libraries fail while they are loaded, and nothing of the program has run yet.
        self.limits = [limit for limit in LIMITS
                       if self.run_program("--version", limit=limit).returncode == 0]
        self.assertGreater(len(self.limits), 6)

    def write(self, serial):
        self.list.write_text(json.dumps(submission(serial)) + "\n")

    def test_ends_in_order_and_loses_nothing(self):
        ended = 0
        acknowledged = []
        for serial, limit in enumerate(self.limits, 1):
            self.write(serial)
            imported = self.run_program("import", self.city, self.list, limit=limit)
            checks = [self.run_program(word, self.city, limit=limit)
                      for word in ("verify", "check", "rebuild")]
            for ran in (imported, *checks):
                ended += self.expect_in_order(ran, f"{limit} MiB, {ran.args[1]}")
            if imported.returncode == 0:
                acknowledged.append(serial)
        self.assertGreater(ended, 0, "there was room everywhere")
        self.assertTrue(acknowledged, "there was room nowhere")
        self.expect_whole()
        for serial in range(1, len(self.limits) + 1):
            self.write(serial)
            again = self.run_program("import", self.city, self.list, "--json")
            self.assertEqual(again.returncode, 0, again.stderr)
            if serial in acknowledged:
                self.assertTrue(json.loads(again.stdout)["receipts"][0]["already"], serial)
        self.expect_whole()
        print(f"{ended} of {4 * len(self.limits)} commands ended for want of memory")

    def test_says_so_in_both_languages(self):
        told = set()
        for language in ("zh", "en"):
            for limit in self.limits:
                said = self.run_program("verify", self.city, "--lang", language,
                                        limit=limit).stderr
                told.update(word for word in ("内存不足", "out of memory") if word in said)
        self.assertEqual(told, {"内存不足", "out of memory"})

    def test_a_server_listens_or_ends(self):
        self.expect_server_listens_or_ends(self.limits)


if __name__ == "__main__":
    unittest.main()
