"""The sources of a compilation database, each as if it were compiled alone: without precompiled
headers, and not as a part of a unity source."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


def parts_of(unity):
    """The sources that a unity source includes."""
    return re.findall(r'^#include "(.+)"$', pathlib.Path(unity).read_text(), re.MULTILINE)


def is_unity(entry):
    return "/Unity/" in entry["file"]


def entries(build):
    """Entries of the database; those of a unity source name the object file of the whole."""
    for entry in json.loads((build / "compile_commands.json").read_text()):
        command = re.sub(r"-Winvalid-pch|-include \S*cmake_pch\S*", "", entry["command"])
        for file in parts_of(entry["file"]) if is_unity(entry) else [entry["file"]]:
            yield {**entry, "file": file, "command": command.replace(entry["file"], file)}


def name_of(entry):
    """Where a source stands below the project's directory; nothing of one outside of it."""
    source = pathlib.Path(entry["file"])
    return str(source.relative_to(ROOT)) if source.is_relative_to(ROOT) else ""
