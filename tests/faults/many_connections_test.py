#!/usr/bin/env python3
"""Ten thousand connections of those who mean no good, from fifty addresses: some send nothing, some
half a head, some a length and no body, some a good request and then nothing. Whoever asks from an
address of its own is answered meanwhile, and the server takes no more memory than it says.

KINLEDGER_PROGRAM names the program."""

import http.client
import json
import os
import pathlib
import resource
import socket
import subprocess
import tempfile
import unittest
import urllib.parse

PROGRAM = os.environ.get("KINLEDGER_PROGRAM", "kinledger")
TIMEOUT_SECONDS = 60
CONNECTIONS = 10_000
ADDRESSES = 50
ASKED_EVERY = 250
# 1,200 connections at 64 KiB, which is more than any of these sends.
MEMORY_MAX_KIB = 96 * 1024
HEAD = b"GET /v1/questions HTTP/1.1\r\nHost: localhost\r\n"
SENT = (
    b"",
    HEAD,
    b"POST /v1/submissions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b"Content-Length: 1000000\r\n\r\n{",
    HEAD + b"\r\n",
)


def allow_open_files(wanted):
    """Whether this process may have so many."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        return False
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, wanted), hard))
    return True


@unittest.skipUnless(allow_open_files(CONNECTIONS + 200), "too few open files are allowed here")
class ManyConnections(unittest.TestCase):
    def setUp(self):
        directory = self.enterContext(tempfile.TemporaryDirectory())
        city = str(pathlib.Path(directory) / "city")
        subprocess.run([PROGRAM, "init", city, "--origin", "many.invalid", "--pack",
                        "hangzhou-2021"], check=True, capture_output=True)
        self.server = subprocess.Popen([PROGRAM, "serve", city, "--listen", "127.0.0.1:0"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                       encoding="utf-8")
        self.addCleanup(self.end)
        url = urllib.parse.urlsplit(self.server.stdout.readline().strip())
        self.place = (url.hostname, url.port)

    def end(self):
        self.server.terminate()
        self.server.communicate(timeout=TIMEOUT_SECONDS)

    def peak_memory_kib(self):
        status = pathlib.Path(f"/proc/{self.server.pid}/status").read_text()
        return int(next(line for line in status.splitlines() if line.startswith("VmHWM:"))
                   .split()[1])

    def ask(self):
        """As somebody who has nothing to do with the others."""
        connection = http.client.HTTPConnection(*self.place, timeout=TIMEOUT_SECONDS,
                                                source_address=("127.0.1.1", 0))
        try:
            connection.request("GET", "/v1/questions")
            reply = connection.getresponse()
            return reply.status, json.loads(reply.read())
        finally:
            connection.close()

    def test_keep_nobody_else_waiting(self):
        before = self.peak_memory_kib()
        answers = 0
        held = []
        self.addCleanup(lambda: [client.close() for client in held])
        for number in range(CONNECTIONS):
            client = socket.create_connection(
                self.place, TIMEOUT_SECONDS, (f"127.0.0.{2 + number % ADDRESSES}", 0))
            held.append(client)
            try:
                client.send(SENT[number % len(SENT)])
            except ConnectionError:
                pass  # let go already
            if number % ASKED_EVERY == 0:
                status, questions = self.ask()
                self.assertEqual(status, 200, f"beside {number} connections")
                self.assertTrue(questions)
                answers += 1
        self.assertEqual(answers, CONNECTIONS // ASKED_EVERY)
        grown = self.peak_memory_kib() - before
        self.assertLess(grown, MEMORY_MAX_KIB)
        print(f"{CONNECTIONS} connections, {answers} answers beside them, {grown // 1024} MiB")


if __name__ == "__main__":
    unittest.main()
