#!/usr/bin/env python3
"""What no compiler checks: the layers, where libraries may be included, and what must not be in the
tree. Prints each finding as file:line and exits 1 when there is one."""

import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# A layer may include itself and the layers before it.
LAYERS = ["ledger", "projections", "server", "tools"]

# Library -> the only files that may include it.
OWNERS = {
    r"rocksdb/": r"ledger/(journal|vault|rocks|database_backups)[a-z_]*\.(cc|h)|projections/row_store\.cc"
                 r"|projections/(rebuild_tables|subject_map_store)\.(cc|h)"
                 r"|tools/bench[a-z_/]*\.cc",
    r"(capnp|kj)/|event\.capnp\.h|annotations\.capnp\.h":
        r"ledger/(event_draft|event_view|catalogue)\.cc|ledger/schema/.*\.cc",
    r"openssl/": r"ledger/(base64|crypto|signing_key|sm2_key)\.cc|server/tls\.cc",
    r"toml\+\+/": r"projections/[a-z_]*\.cc|tools/serve_settings\.cc",
    r"systemd/": r"tools/service_manager\.cc",
    r"CLI/": r"tools/main\.cc",
    r"boost/(asio|beast)": r"server/.*",
    r"xlsxwriter\.h": r"ledger/intake/workbook_writer\.cc",
    r"(minizip/)?unzip\.h": r"ledger/intake/zip_archive\.cc",
    r"prometheus/": r"server/metrics\.cc",
    r"expat\.h": r"ledger/intake/xml_part\.cc",
}

# Contact data that the policy documents hold and that must not be published.
CONTACT = re.compile(r"0571-?\d{8}|[A-Za-z0-9._]+@(126|163|qq)\.com|DingTalk[ :]*\d{6,}")


def tracked():
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    return [name for name in names if name and (ROOT / name).is_file()]


def layer_of(name):
    first = name.split("/")[0]
    return LAYERS.index(first) if first in LAYERS else None


def check_include(name, target):
    """Why this file may not include that header, or None."""
    mine, theirs = layer_of(name), layer_of(target)
    if mine is not None and theirs is not None and theirs > mine:
        return f"layer {LAYERS[mine]} includes {target} of a later layer"
    if mine is not None:
        for library, owners in OWNERS.items():
            if re.match(library, target) and not re.fullmatch(owners, name):
                return f"{target} may only be included by {owners}"
    return None


def main():
    findings = []
    for name in tracked():
        path = ROOT / name
        if path.suffix in {".cc", ".h"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
                found = re.match(r'\s*#include\s*[<"]([^>"]+)[>"]', line)
                if found and (why := check_include(name, found.group(1))):
                    findings.append(f"{name}:{number}: {why}")
        if path.suffix in {".cc", ".h", ".md", ".toml", ".capnp", ".scenario", ".csv", ".py"}:
            for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
                if CONTACT.search(line) and name != "tests/tidy.py":
                    findings.append(f"{name}:{number}: contact data")
                if re.search(r"\b(TODO|FIXME|XXX)\b", line) and name != "tests/tidy.py":
                    findings.append(f"{name}:{number}: left for later")
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
