"""Checks proofs that another implementation wrote to a file, a JSON object on each line, with the
Python verifier, with the consistency check here, and with the Go verifier:

  python3 proof_check.py FILE

  {"kind": "inclusion", "index": 5, "size": 39, "leaf": HEX, "root": HEX, "proof": [HEX, ...]}
  {"kind": "consistency", "first": 20, "size": 39, "root1": HEX, "root": HEX, "proof": [HEX, ...]}
"""

import json
import sys
from collections import Counter

import programs

import kinledger_verify
from kinledger_verify import node_hash, split_of


def roots_by_proof(first, size, root1, proof, is_known=True):
    """The roots at both sizes that a consistency proof leads to: SUBPROOF of RFC 6962 read
    backwards. None when its length does not fit. Precondition: 0 < first <= size."""
    if first == size:
        if is_known:
            return None if proof else (root1, root1)
        return (proof[0], proof[0]) if len(proof) == 1 else None
    if not proof:
        return None
    split, sibling = split_of(size), proof[-1]
    if first <= split:
        roots = roots_by_proof(first, split, root1, proof[:-1], is_known)
        return roots and (roots[0], node_hash(roots[1], sibling))
    roots = roots_by_proof(first - split, size - split, root1, proof[:-1], False)
    return roots and (node_hash(sibling, roots[0]), node_hash(sibling, roots[1]))


def are_hashes(*hashes):
    return all(len(item) == kinledger_verify.HASH_BYTES for item in hashes)


def is_consistent(first, size, root1, root, proof):
    return (are_hashes(*proof) and 0 < first <= size and
            roots_by_proof(first, size, root1, proof) == (root1, root))


def is_included(index, size, leaf, root, proof):
    return (are_hashes(leaf, root, *proof) and 0 <= index < size and
            kinledger_verify.root_by_path(index, size, leaf, proof) == root)


def is_right(kind, fields):
    fields["proof"] = [bytes.fromhex(text) for text in fields["proof"]]
    for name in {"leaf", "root", "root1"} & fields.keys():
        fields[name] = bytes.fromhex(fields[name])
        if not are_hashes(fields[name]):
            return False
    return {"inclusion": is_included, "consistency": is_consistent}[kind](**fields)


def check_in_python(file):
    counts = Counter()
    with open(file, encoding="ascii") as lines:
        for number, line in enumerate(lines, 1):
            fields = json.loads(line)
            kind = fields.pop("kind")
            if not is_right(kind, fields):
                return f"not verified: line {number}"
            counts[kind] += 1
    return (f"verified {counts['inclusion']} inclusion and "
            f"{counts['consistency']} consistency proofs")


def check_in_go(file):
    outcome = programs.run_go("proofs", file)
    return (outcome.output or outcome.complaint).strip()


def main():
    if len(sys.argv) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    said = {"Python": check_in_python(sys.argv[1]), "Go": check_in_go(sys.argv[1])}
    for name, words in said.items():
        print(f"{name}: {words}")
    return 0 if all(words.startswith("verified ") for words in said.values()) else 4


if __name__ == "__main__":
    sys.exit(main())
