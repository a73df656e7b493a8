"""What trials of a program that gets too little of something have in common: it ends with words and
an exit of its own, never by a signal and never by waiting. KINLEDGER_PROGRAM names the program."""

import pathlib
import resource
import select
import subprocess
import tempfile
import unittest

from system_calls_test import ENVIRONMENT as SIMULATED
from system_calls_test import PROGRAM

# The clock is the machine's.
ENVIRONMENT = {name: value for name, value in SIMULATED.items() if name != "KINLEDGER_NOW"}
TIMEOUT_SECONDS = 120
NOT_NOW = 5
# Done, and: done, and there is something to see.
ENDS_IN_ORDER = (0, 1, NOT_NOW)


class Scarce(unittest.TestCase):
    """Of whom `limited_resource` and `unit` say what is limited, and in which steps."""

    limited_resource = None
    unit = 1

    def setUp(self):
        directory = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.city = directory / "city"
        self.list = directory / "list.ndjson"
        made = self.run_program("init", self.city, "--origin", "faults.example", "--pack",
                                "hangzhou-2021")
        self.assertEqual(made.returncode, 0, made.stderr)

    def limiter(self, limit):
        if limit is None:
            return None
        most = limit * self.unit
        return lambda: resource.setrlimit(self.limited_resource, (most, most))

    def run_program(self, *words, limit=None):
        return subprocess.run([PROGRAM, *words], env=ENVIRONMENT, capture_output=True,
                              encoding="utf-8", timeout=TIMEOUT_SECONDS,
                              preexec_fn=self.limiter(limit))

    def expect_whole(self):
        verified = self.run_program("verify", self.city)
        self.assertEqual(verified.returncode, 0, verified.stdout + verified.stderr)

    def expect_in_order(self, ran, what):
        """Whether it ended for want of what is scarce."""
        self.assertIn(ran.returncode, ENDS_IN_ORDER, f"{what}: {ran.stderr}")
        if ran.returncode == NOT_NOW:
            self.assertIn("kinledger: ", ran.stderr, what)
        return ran.returncode == NOT_NOW

    def expect_server_listens_or_ends(self, limits):
        listened = ended = 0
        for limit in limits:
            server = subprocess.Popen(
                [PROGRAM, "serve", self.city, "--listen", "127.0.0.1:0"], env=ENVIRONMENT,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
                preexec_fn=self.limiter(limit))
            ready, _, _ = select.select([server.stdout], [], [], TIMEOUT_SECONDS)
            self.assertTrue(ready, f"{limit}: it neither listens nor ends")
            if server.stdout.readline():
                listened += 1
                server.terminate()
                # It may get too little on its way out as well.
                self.assertIn(server.wait(TIMEOUT_SECONDS), ENDS_IN_ORDER, limit)
            else:
                ended += 1
                self.assertEqual(server.wait(TIMEOUT_SECONDS), NOT_NOW, limit)
                self.assertIn("kinledger: ", server.stderr.read(), limit)
            server.stdout.close()
            server.stderr.close()
        self.assertGreater(listened, 0, "there was enough nowhere")
        self.assertGreater(ended, 0, "there was enough everywhere")
        self.expect_whole()
