#!/usr/bin/env python3
"""The disk fails under a server: it acknowledges nothing any more, says that it is not ready, and
ends with 5, so that whoever supervises it starts it again. Started again, it has everything that it
acknowledged, and what was unknown is handed in again and is there once.

The server runs under strace, which fails every fdatasync from the n-th on. KINLEDGER_PROGRAM names
the program."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest
import urllib.error
import urllib.request

from system_calls_test import ENVIRONMENT, PROGRAM, submission, why_not_traced

TIMEOUT_SECONDS = 60
ENDED_BY_STORAGE = 5
SUBMISSIONS_MAX = 2_000
# strace counts for each thread: more than the start takes on the first one.
FIRST_FAILURE = 100


class Server:
    def __init__(self, city, *tracer):
        # Its clock is the machine's.
        environment = {name: value for name, value in ENVIRONMENT.items() if name != "KINLEDGER_NOW"}
        self.process = subprocess.Popen(
            [*tracer, PROGRAM, "serve", city, "--listen", "127.0.0.1:0"], env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8")
        self.url = self.process.stdout.readline().strip()

    def submit(self, serial):
        """The status of the answer; 0 where there is none."""
        request = urllib.request.Request(
            self.url + "/v1/submissions", data=json.dumps(submission(serial)).encode(),
            headers={"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as reply:
                return reply.status
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


class FailingDisk(unittest.TestCase):
    def setUp(self):
        why = why_not_traced()
        if why:
            self.skipTest(why)

    def test_ends_the_server_and_loses_nothing(self):
        with tempfile.TemporaryDirectory() as directory:
            city = str(pathlib.Path(directory) / "city")
            made = subprocess.run([PROGRAM, "init", city, "--origin", "faults.example",
                                   "--pack", "hangzhou-2021"], env={**ENVIRONMENT,
                                                                    "KINLEDGER_NOW": ""},
                                  capture_output=True, encoding="utf-8")
            self.assertEqual(made.returncode, 0, made.stderr)
            server = Server(city, "strace", "-f", "-qq", "-o", os.devnull, "-e", "trace=fdatasync",
                            "-e", f"inject=fdatasync:error=EIO:when={FIRST_FAILURE}+")
            acknowledged = 0
            while acknowledged < SUBMISSIONS_MAX and server.submit(acknowledged + 1) == 201:
                acknowledged += 1
            self.assertGreater(acknowledged, 0, "the server did not start")
            self.assertLess(acknowledged, SUBMISSIONS_MAX, "the disk did not fail")
            said = server.process.communicate(timeout=TIMEOUT_SECONDS)[1]
            self.assertEqual(server.process.returncode, ENDED_BY_STORAGE, said)
            self.assertIn("storage", said)

            again = Server(city)
            statuses = [again.submit(serial) for serial in range(1, acknowledged + 2)]
            again.process.terminate()
            again.process.communicate(timeout=TIMEOUT_SECONDS)
            self.assertEqual(statuses[:-1], [200] * acknowledged, "acknowledged before")
            self.assertIn(statuses[-1], (200, 201), "unknown before")
            print(f"{acknowledged} acknowledged before the disk failed, all there")


if __name__ == "__main__":
    unittest.main()
