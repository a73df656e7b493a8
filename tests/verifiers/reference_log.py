"""A log written straight from the standards, without a thought for speed: what verifiers are tested
with. Nothing in it comes from the verifiers or from the ledger."""

import base64
import functools
import hashlib
import shutil
import unittest

try:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
except ImportError:
    raise unittest.SkipTest("python3-cryptography is not installed") from None

LOG, WITNESS, OWN_TYPE = 0x01, 0x04, 0xFF


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def to_base64(data):
    return base64.b64encode(data).decode()


class Signer:
    """A key of signed notes; `seed` is a number that nobody uses for anything else."""

    def __init__(self, name, seed, kind=LOG):
        self.name, self.kind = name, kind
        self.private = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = self.private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.typed = bytes([kind]) + public
        self.key_id = sha256(name.encode(), b"\n", self.typed)[:4]

    @property
    def vkey(self):
        return f"{self.name}+{self.key_id.hex()}+{to_base64(self.typed)}"

    def signature(self, text, time=1_790_000_000):
        if self.kind != WITNESS:
            return self.private.sign(text.encode())
        message = f"cosignature/v1\ntime {time}\n{text}"
        return time.to_bytes(8, "big") + self.private.sign(message.encode())

    def line(self, text):
        return f"\u2014 {self.name} {to_base64(self.key_id + self.signature(text))}\n"


def sign(text, *signers):
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def split_of(count):
    split = 1
    while split * 2 < count:
        split *= 2
    return split


class ReferenceLog:
    """Entries and the functions of RFC 6962 section 2.1 over them."""

    def __init__(self, entries):
        self.entries = list(entries)
        self.subtree = functools.cache(self._subtree)

    def _subtree(self, begin, end):
        """MTH(D[begin:end])"""
        if begin == end:
            return sha256()
        if end - begin == 1:
            return sha256(b"\x00", self.entries[begin])
        split = begin + split_of(end - begin)
        return sha256(b"\x01", self.subtree(begin, split), self.subtree(split, end))

    def root(self, size):
        return self.subtree(0, size)

    def path(self, index, begin, end):
        """PATH(index, D[begin:end])"""
        if end - begin == 1:
            return []
        split = begin + split_of(end - begin)
        if index < split:
            return self.path(index, begin, split) + [self.subtree(split, end)]
        return self.path(index, split, end) + [self.subtree(begin, split)]

    def consistency(self, first, begin, end, is_known=True):
        """SUBPROOF(first, D[begin:end], is_known), first counted from the beginning of the log"""
        if first == end:
            return [] if is_known else [self.subtree(begin, end)]
        split = begin + split_of(end - begin)
        if first <= split:
            return self.consistency(first, begin, split, is_known) + [self.subtree(split, end)]
        return self.consistency(first, split, end, False) + [self.subtree(begin, split)]

    def checkpoint(self, size, origin):
        return f"{origin}\n{size}\n{to_base64(self.root(size))}\n"

    def proof(self, index, size, note):
        """A tlog-proof."""
        path = "".join(to_base64(node) + "\n" for node in self.path(index, 0, size))
        return f"c2sp.org/tlog-proof@v1\nindex {index}\n{path}\n{note}"

    def tile(self, level, number, width):
        span = 256**level
        first = number * 256
        return b"".join(self.subtree((first + i) * span, (first + i + 1) * span)
                        for i in range(width))

    def bundle(self, number, width):
        entries = self.entries[number * 256 : number * 256 + width]
        return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)

    def publish(self, directory, size, note):
        """Writes the tiles of a tree of that size, and the note as its checkpoint."""
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        (directory / "checkpoint").write_bytes(note.encode())
        for number in range(-(-size // 256)):
            width = min(256, size - number * 256)
            put(directory / path("entries", number, width), self.bundle(number, width))
        level, items = 0, size
        while items > 0:
            for number in range(-(-items // 256)):
                width = min(256, items - number * 256)
                put(directory / path(level, number, width), self.tile(level, number, width))
            level, items = level + 1, items // 256


def path(level, number, width):
    """The path of a tile, for less than a million of them."""
    name = f"{number:03}" if number < 1000 else f"x{number // 1000:03}/{number % 1000:03}"
    return f"tile/{level}/{name}" + (f".p/{width}" if width < 256 else "")


def put(file, data):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
