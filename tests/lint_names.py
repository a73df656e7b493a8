#!/usr/bin/env python3
"""Reads all sources of each unity target as one and tells where one of them uses a name that
another keeps to itself. Compiled eight at a time, a source could take its neighbour's constant
for the one of a header without a word of the compiler. Usage: lint_names.py BUILD_DIRECTORY. Exits
1 when there is a finding. Needs Debian's python3-clang."""

import pathlib
import shlex
import sys

from clang import cindex

import sources

USES = (cindex.CursorKind.CALL_EXPR, cindex.CursorKind.DECL_REF_EXPR, cindex.CursorKind.TYPE_REF)
ALIASES = (cindex.CursorKind.TYPE_ALIAS_DECL, cindex.CursorKind.TYPEDEF_DECL)


def targets(build):
    """Sources and compiler arguments by target, of those that are compiled as unity sources."""
    found = {}
    for entry in sources.entries(build):
        words = shlex.split(entry["command"])
        target, is_part, _ = words[words.index("-o") + 1].partition("/Unity/")
        if is_part:
            arguments = words[1:words.index("-o")]
            found.setdefault(target, (arguments, []))[1].append(entry["file"])
    return found


def file_of(cursor):
    return cursor.location.file.name if cursor.location.file else ""


def borrowed(unit):
    """Of each use of a name that another source declares: its place, the name and that source. Two
    sources may give a type the same alias: that it is the same type, the compiler sees."""
    aliases = set()
    uses = set()
    waiting = [unit.cursor]
    while waiting:
        for cursor in waiting.pop().get_children():
            file = file_of(cursor)
            if file and not file.startswith(str(sources.ROOT)):
                continue
            if cursor.kind in ALIASES:
                aliases.add((file, cursor.spelling))
            if cursor.kind in USES and cursor.referenced is not None:
                owner = file_of(cursor.referenced.canonical)
                # What the compiler has built in counts as declared where it is used first.
                is_builtin = cursor.referenced.spelling.startswith("__")
                if owner.endswith(".cc") and owner != file and not is_builtin:
                    uses.add((file, cursor.location.line, cursor.referenced.spelling, owner))
            waiting.append(cursor)
    return sorted(use for use in uses if (use[0], use[2]) not in aliases)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    failed = False
    for target, (arguments, files) in targets(build).items():
        whole = str(build / "lint" / "whole.cc")
        text = "".join(f'#include "{file}"\n' for file in files)
        unit = cindex.Index.create().parse(whole, ["-w", *arguments], [(whole, text)])
        found = [str(one) for one in unit.diagnostics if one.severity >= cindex.Diagnostic.Error]
        found += [f"{file}:{line}: uses {name} of {owner}"
                  for file, line, name, owner in borrowed(unit)]
        print(f"names: {len(files)} sources of {pathlib.Path(target).stem}", file=sys.stderr)
        for one in found:
            failed = True
            print(one)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
