#!/usr/bin/env python3
"""Runs clang-tidy over the sources of the compilation database that changed since it last found
nothing in them: a source is looked at again when its object file is newer than its stamp, so that a
changed header counts. Each source is read alone and without the precompiled headers, so that it must
include what it uses. Usage: lint.py BUILD_DIRECTORY. Exits 1 when there is a finding."""

import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys

import sources

CHECKED = ("ledger/", "projections/", "server/", "tools/")


def database(build, stamps):
    """Writes the compilation database that clang-tidy goes by; gives its entries."""
    entries = list(sources.entries(build))
    stamps.mkdir(parents=True, exist_ok=True)
    (stamps / "compile_commands.json").write_text(json.dumps(entries))
    return entries


def checked(build, entries):
    """Pairs of source and object file."""
    for entry in entries:
        name = sources.name_of(entry)
        if name.startswith(CHECKED):
            yield name, build / re.search(r" -o (\S+)", entry["command"]).group(1)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    stamps = build / "lint"
    configured = (sources.ROOT / ".clang-tidy").stat().st_mtime

    def stamp_of(name):
        return stamps / (name + ".clean")

    def is_due(name, built):
        stamp = stamp_of(name)
        if not stamp.exists() or not built.exists():
            return True
        clean = stamp.stat().st_mtime
        return clean < built.stat().st_mtime or clean < configured

    def check(name):
        ran = subprocess.run(["clang-tidy", "-p", str(stamps), "--quiet", name], cwd=sources.ROOT,
                             capture_output=True, text=True)
        if ran.returncode == 0:
            stamp_of(name).parent.mkdir(parents=True, exist_ok=True)
            stamp_of(name).touch()
        return ran.returncode, ran.stdout

    entries = database(build, stamps)
    due = [name for name, built in checked(build, entries) if is_due(name, built)]
    print(f"clang-tidy: {len(due)} sources", file=sys.stderr)
    failed = False
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for code, out in pool.map(check, due):
            if code != 0:
                failed = True
                print(out, flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
