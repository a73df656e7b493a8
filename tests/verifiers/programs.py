"""The two verifiers as the tests run them, and a web server for what is published."""

import contextlib
import functools
import gzip
import http.server
import io
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
import unittest
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
VERIFIERS = ROOT / "tools" / "verifiers"
PYTHON_PROGRAM = VERIFIERS / "kinledger_verify.py"
# Debian keeps the sources of golang-golang-x-mod-dev here.
DEBIAN_GO_PATH = "/usr/share/gocode"
RUN_TIMEOUT_SECONDS = 120

sys.path.insert(0, str(VERIFIERS))


@dataclass
class Outcome:
    status: int
    output: str
    complaint: str


def run(command, **options):
    done = subprocess.run([str(word) for word in command], capture_output=True, encoding="utf-8",
                          timeout=RUN_TIMEOUT_SECONDS, **options)
    return Outcome(done.returncode, done.stdout, done.stderr)


def run_python(*arguments):
    """The Python program in this process: starting an interpreter takes longer than the check."""
    import kinledger_verify

    output, complaint = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(complaint):
        try:
            status = kinledger_verify.main([str(word) for word in arguments])
        except SystemExit as leaving:
            status = leaving.code
    return Outcome(status, output.getvalue(), complaint.getvalue())


def run_go(*arguments):
    return run([go_program(), *arguments])


@functools.cache
def go_program():
    """Compiles the Go program, once in a process of tests."""
    if not shutil.which("go"):
        raise unittest.SkipTest("golang-go is not installed")
    if not os.path.isdir(f"{DEBIAN_GO_PATH}/src/golang.org/x/mod/sumdb/tlog"):
        raise unittest.SkipTest("golang-golang-x-mod-dev is not installed")
    folder = tempfile.TemporaryDirectory()
    unittest.addModuleCleanup(folder.cleanup)
    program = pathlib.Path(folder.name) / "verifier"
    # Go's own library is compiled once for all processes of tests that name the same cache.
    cache = os.environ.get("KINLEDGER_GO_CACHE", str(pathlib.Path(folder.name) / "cache"))
    environment = dict(os.environ, GO111MODULE="off", GOPATH=DEBIAN_GO_PATH, GOFLAGS="",
                       GOCACHE=cache)
    built = run(["go", "build", "-o", program, "."], cwd=VERIFIERS / "go", env=environment)
    if built.status != 0:
        raise AssertionError(built.complaint)
    return program


class Server:
    """Serves a directory over HTTP while the context lasts."""

    def __init__(self, directory, handler=http.server.SimpleHTTPRequestHandler):
        class Quiet(handler):
            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(directory)))
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()
        return self.address

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Compresses without being asked to."""

    def do_GET(self):
        file = pathlib.Path(self.translate_path(self.path))
        if not file.is_file():
            return self.send_error(404)
        data = gzip.compress(file.read_bytes())
        self.send_response(200)
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


def changing(path):
    """A server that changes a file after it was read once."""
    served = []

    class Changing(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            super().do_GET()
            if self.path == f"/{path}" and not served:
                served.append(path)
                file = pathlib.Path(self.translate_path(self.path))
                file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:])

    return Changing


class CutOff(http.server.SimpleHTTPRequestHandler):
    """Promises more bytes than it sends."""

    def do_GET(self):
        data = pathlib.Path(self.translate_path(self.path)).read_bytes()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data) + 1))
        self.end_headers()
        self.wfile.write(data)


def always(status):
    """A server that gives one answer."""

    class Always(http.server.SimpleHTTPRequestHandler):
        def do_GET(self):
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/checkpoint")
            self.send_header("Content-Length", "0")
            self.end_headers()

    return Always
