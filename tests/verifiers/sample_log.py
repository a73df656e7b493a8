"""The log that the tests publish, tamper with and fork: 600 entries, so that there are full and
partial tiles on the first level, and a second level."""

from reference_log import OWN_TYPE, WITNESS, ReferenceLog, Signer, sign

LOG_KEY = Signer("ledger.example/330100", 1)
OTHER_LOG_KEY = Signer("ledger.example/330100", 2)
AUDIT = Signer("audit.example/witness", 3, WITNESS)
FINANCE = Signer("finance.example/witness", 4, WITNESS)
OWN = Signer("ledger.example/330100", 5, OWN_TYPE)

ENTRIES = ReferenceLog(f"entry {i}".encode() * (i % 3 + 1) for i in range(600))
SIZE = 600
# One entry differs in the past: what a rewritten log looks like.
FORKED = ReferenceLog(b"another" if i == 40 else entry for i, entry in enumerate(ENTRIES.entries))


def note(log, size, *signers):
    return sign(log.checkpoint(size, LOG_KEY.name), LOG_KEY, *signers)


def flip(bit):
    """A change of one bit of a file; the position may count from the end."""

    def change(data):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        return bytes(changed)

    return change
