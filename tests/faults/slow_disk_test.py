#!/usr/bin/env python3
"""A disk that takes seconds to sync, under a server: nothing is acknowledged before it is durable,
questions that leave no record are answered at once, those about persons when their record is
durable, submissions that wait too long are refused before they are begun, and all of it is there
once when it is handed in again.

The server runs, and strace slows down every sync of it from then on. KINLEDGER_PROGRAM names the
program."""

import concurrent.futures
import http.client
import json
import os
import pathlib
import subprocess
import tempfile
import time
import unittest
import urllib.parse

from system_calls_test import ENVIRONMENT, PROGRAM, resident, submission, why_not_traced

TIMEOUT_SECONDS = 60
SYNC_SECONDS = 1.5
QUEUE_SECONDS = 1
SUBMISSIONS = 24
QUESTIONS = 12
FIRST_SLOW = 100


class Server:
    def __init__(self, city):
        environment = {name: value for name, value in ENVIRONMENT.items() if name != "KINLEDGER_NOW"}
        self.process = subprocess.Popen(
            [PROGRAM, "serve", city, "--listen", "127.0.0.1:0", "--queue-time", str(QUEUE_SECONDS)],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8")
        self.address = urllib.parse.urlsplit(self.process.stdout.readline().strip()).netloc

    def ask(self, method, path, body=None):
        """Status, header fields, body, and the seconds that it took."""
        connection = http.client.HTTPConnection(self.address, timeout=TIMEOUT_SECONDS)
        begun = time.monotonic()
        fields = {"Content-Type": "application/json"} if body else {}
        connection.request(method, path, body, fields)
        reply = connection.getresponse()
        text = reply.read().decode("utf-8")
        connection.close()
        return reply.status, reply.headers, text, time.monotonic() - begun

    def submit(self, serial):
        return self.ask("POST", "/v1/submissions", json.dumps(submission(serial)))

    def figure(self, name, lane):
        label = f'{name}{{lane="{lane}"}} '
        metrics = self.ask("GET", "/metrics")[2].splitlines()
        return float(next(line for line in metrics if line.startswith(label))[len(label):])

    def end(self):
        self.process.terminate()
        self.process.communicate(timeout=TIMEOUT_SECONDS)


class SlowDisk:
    """From the beginning to the end of the block."""

    def __init__(self, server):
        self.server = server

    def __enter__(self):
        delay = f"inject=fdatasync,fsync:delay_exit={int(SYNC_SECONDS * 1e6)}"
        self.strace = subprocess.Popen(
            ["strace", "-f", "-o", os.devnull, "-e", "trace=fdatasync,fsync", "-e", delay, "-p",
             str(self.server.process.pid)], stderr=subprocess.PIPE, encoding="utf-8")
        while "attached" not in self.strace.stderr.readline():
            if self.strace.poll() is not None:
                raise AssertionError("strace did not attach")

    def __exit__(self, *_):
        self.strace.terminate()
        self.strace.communicate(timeout=TIMEOUT_SECONDS)


class Served(unittest.TestCase):
    def setUp(self):
        why = why_not_traced()
        if why:
            self.skipTest(why)

    def test_a_slow_disk_keeps_no_question_waiting_and_acknowledges_nothing_early(self):
        with tempfile.TemporaryDirectory() as directory:
            city = str(pathlib.Path(directory) / "city")
            made = subprocess.run([PROGRAM, "init", city, "--origin", "faults.example",
                                   "--pack", "hangzhou-2021"],
                                  env={**ENVIRONMENT, "KINLEDGER_NOW": ""}, capture_output=True,
                                  encoding="utf-8")
            self.assertEqual(made.returncode, 0, made.stderr)
            server = Server(city)
            try:
                self.tries(server)
            finally:
                server.end()

    def tries(self, server):
        self.assertEqual(server.submit(1)[0], 201)
        number = json.dumps({"idNumber": resident(1)})
        person = json.loads(server.ask("POST", "/v1/persons/lookup", number)[2])["person"]
        serials = range(FIRST_SLOW, FIRST_SLOW + SUBMISSIONS)
        with SlowDisk(server), concurrent.futures.ThreadPoolExecutor(64) as pool:
            recording = [pool.submit(server.submit, serial) for serial in serials]
            while server.figure("kinledger_http_queue_waiting", "records") == 0:
                if all(one.done() for one in recording):
                    raise AssertionError("nothing waited")
            asking = [pool.submit(server.ask, "GET", f"/v1/persons/{person}/status")
                      for _ in range(QUESTIONS)]
            longest = 0
            rounds = 0
            while not all(one.done() for one in recording + asking):
                for path in ("/v1/rules", "/readyz", "/v1/questions"):
                    status, _, _, took = server.ask("GET", path)
                    self.assertEqual(status, 200)
                    longest = max(longest, took)
                rounds += 1
            self.assertGreater(rounds, 0)
            self.assertLess(longest, SYNC_SECONDS / 2, "a question waited for the disk")
            answers = [one.result() for one in recording]
            persons = [one.result() for one in asking]
        for status, fields, text, took in answers:
            self.assertIn(status, (201, 503), text)
            if status == 201:
                self.assertGreaterEqual(took, SYNC_SECONDS, "acknowledged early")
            else:
                self.assertEqual(json.loads(text)["code"], "QUEUE_TOO_LONG")
                self.assertGreater(int(fields["Retry-After"]), 0)
                self.assertLess(took, QUEUE_SECONDS + SYNC_SECONDS / 2)
        refused = [answer[0] for answer in answers].count(503)
        self.assertGreater(refused, 0, "the queue was never too long")
        self.assertLess(refused, SUBMISSIONS, "nothing was recorded")
        self.assertEqual(server.figure("kinledger_http_queue_refused_total", "records"), refused)
        self.assertEqual(server.figure("kinledger_http_queue_refused_total", "questions"), 0)
        for status, _, text, took in persons:
            self.assertEqual(status, 200, text)
            self.assertGreaterEqual(took, SYNC_SECONDS / 2, "answered before its record was durable")
        again = [server.submit(serial)[0] for serial in serials]
        self.assertEqual(again, [200 if answer[0] == 201 else 201 for answer in answers])
        print(f"{SUBMISSIONS - refused} recorded, {refused} refused; questions without a record "
              f"{longest * 1000:.0f} ms at most, about a person "
              f"{max(answer[3] for answer in persons):.1f} s at most")


if __name__ == "__main__":
    unittest.main()
