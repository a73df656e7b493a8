#!/usr/bin/env python3
"""Checks a published ledger from its files alone, without any program of the operator.

Formats, all of C2SP: signed-note, tlog-checkpoint, tlog-cosignature, tlog-tiles, tlog-proof. They
are read strictly: what can be written in two ways is accepted in one. The tree is that of RFC 6962.
Needs Python 3.11 and the cryptography package; README.md beside this file says what is proven.
"""

import argparse
import base64
import hashlib
import http.client
import os
import re
import ssl
import sys
import time
import urllib.error
import urllib.request
import zlib
from dataclasses import dataclass
from typing import NamedTuple

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    sys.exit("kinledger_verify: install the package python3-cryptography first")

VERIFIED, USAGE, NOT_VERIFIED, UNREADABLE = 0, 2, 4, 5

HASH_BYTES = 32
TILE_WIDTH = 256
ENTRY_BYTES_MAX = 65535
BUNDLE_BYTES_MAX = TILE_WIDTH * (2 + ENTRY_BYTES_MAX)
CHECKPOINT_BYTES_MAX = 64 * 1024
PROOF_BYTES_MAX = 3 * CHECKPOINT_BYTES_MAX
PROOF_HASHES_MAX = 63
SIGNATURES_MAX = 100
SIZE_MAX = 2**63 - 1
READ_TIMEOUT_SECONDS = 60
CLOCKS_APART_SECONDS = 300  # a cosignature of a later time counts for nobody: a clock is wrong


class NotVerified(Exception):
    """What was read is not what it claims to be; the message names the place."""


class Unreadable(Exception):
    """Something could not be read, so that nothing is known about it."""


# The tree (RFC 6962 section 2.1)


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def split_of(count):
    """The largest power of two below a count of at least two."""
    return 1 << ((count - 1).bit_length() - 1)


def tree_hash(hashes):
    """The root over subtrees of equal perfect size, of which the last may be smaller."""
    if len(hashes) == 1:
        return hashes[0]
    split = split_of(len(hashes))
    return node_hash(tree_hash(hashes[:split]), tree_hash(hashes[split:]))


def root_by_path(index, size, leaf, path):
    """The root that an inclusion path leads to; None when its length does not fit the place.

    Precondition: index < size.
    """
    if size == 1 or not path:
        return leaf if size == 1 and not path else None
    split = split_of(size)
    if index < split:
        left, right = root_by_path(index, split, leaf, path[:-1]), path[-1]
    else:
        left, right = path[-1], root_by_path(index - split, size - split, leaf, path[:-1])
    return node_hash(left, right) if left and right else None


class Tree:
    """The tree over the entries so far. It holds one unfinished tile of each level, and hands every
    tile that becomes full to `on_tile(level, number, hashes)`."""

    def __init__(self, on_tile):
        self.size = 0
        self.unfinished = [[]]
        self.on_tile = on_tile

    def append(self, leaf):
        self.size += 1
        level, subtree = 0, leaf
        while True:
            hashes = self.unfinished[level]
            hashes.append(subtree)
            if len(hashes) < TILE_WIDTH:
                return
            self.on_tile(level, (self.size >> 8 * (level + 1)) - 1, hashes)
            self.unfinished[level] = []
            subtree = tree_hash(hashes)
            level += 1
            if level == len(self.unfinished):
                self.unfinished.append([])

    def finish(self):
        """Hands over the partial tiles."""
        for level, hashes in enumerate(self.unfinished):
            if hashes:
                self.on_tile(level, self.size >> 8 * (level + 1), hashes)

    def root(self):
        smaller = []
        for hashes in self.unfinished:
            hashes = hashes + smaller
            smaller = [tree_hash(hashes)] if hashes else []
        return smaller[0] if smaller else hashlib.sha256(b"").digest()


# Signed notes


def read_base64(text):
    """The bytes, or None unless the text is the one spelling of them."""
    try:
        value = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    return value if base64.b64encode(value).decode() == text else None


def read_hash(text):
    value = read_base64(text)
    return value if value is not None and len(value) == HASH_BYTES else None


def read_decimal(text):
    """The number, or None unless it is without sign and leading zero, and below 2^63."""
    if not re.fullmatch("0|[1-9][0-9]{0,18}", text) or int(text) > SIZE_MAX:
        return None
    return int(text)


def is_name(text):
    return text != "" and not any(letter.isspace() or letter == "+" for letter in text)


@dataclass(frozen=True)
class Key:
    """Whose signatures are checked: "name+key id+base64 of type and public key"."""

    LOG = 0x01  # Ed25519 over the text
    WITNESS = 0x04  # Ed25519 over a time and the text

    name: str
    key_id: bytes
    kind: int
    public: bytes

    @staticmethod
    def read(text, kind):
        """The key, or ValueError."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        typed = read_base64(encoded)
        if not is_name(name) or not typed or len(typed) != 33:
            raise ValueError("not a verifier key (name+id+base64)")
        if typed[0] != kind:
            raise ValueError(f"a key of type {typed[0]:#04x}, where {kind:#04x} is asked for")
        expected = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        if key_id != expected.hex():
            raise ValueError("the key id does not belong to the name and the key")
        return Key(name, expected, kind, typed[1:])

    @staticmethod
    def time_in(signature):
        """When a witness signed, in seconds since 1970."""
        return int.from_bytes(signature[:8], "big")

    def signed(self, text, signature):
        """Whether the signature, without the key id before it, is over the text of a note."""
        message = text.encode()
        if self.kind == Key.WITNESS:
            if len(signature) != 8 + 64:
                return False
            given = Key.time_in(signature)
            if not 0 < given < 1 << 63:
                return False
            message = b"cosignature/v1\ntime %d\n" % given + message
            signature = signature[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Trust:
    """The keys that the auditor gives, how many of the witnesses must have signed, and when."""

    log: Key
    witnesses: tuple = ()
    quorum: int = 0
    not_before: int = 0
    not_after: int = (1 << 63) - 1

    def counts(self, key, signature):
        """Whether it is a cosignature, of a time that is asked for."""
        return key.kind == Key.WITNESS and (
            self.not_before <= Key.time_in(signature) <= self.not_after)


def read_note(data, place):
    """The text of a note and its signatures, as (line number, name, key id, signature)."""
    if len(data) > CHECKPOINT_BYTES_MAX:
        raise NotVerified(f"{place} is longer than {CHECKPOINT_BYTES_MAX} bytes")
    try:
        note = data.decode()
    except UnicodeDecodeError as error:
        raise NotVerified(f"{place}, byte {error.start}: not UTF-8") from None
    lines = note.split("\n")
    for number, line in enumerate(lines, 1):
        if any(letter < " " for letter in line):
            raise NotVerified(f"{place}, line {number}: a control character")
    text, gap, tail = note.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NotVerified(f"{place} does not end with an empty line and lines of signatures")
    signatures = []
    first = text.count("\n") + 3
    for number, line in enumerate(tail[:-1].split("\n"), first):
        name, _, encoded = line[2:].partition(" ")
        blob = read_base64(encoded)
        if not line.startswith("\u2014 ") or not is_name(name) or not blob or len(blob) <= 4:
            raise NotVerified(f"{place}, line {number}: not a line of a signature")
        signatures.append((number, name, blob[:4], blob[4:]))
    if len(signatures) > SIGNATURES_MAX:
        raise NotVerified(f"{place} has more than {SIGNATURES_MAX} signatures")
    return text + "\n", signatures


# Checkpoints


@dataclass(frozen=True)
class Checkpoint:
    origin: str
    size: int
    root: bytes
    cosignatures: int


def open_checkpoint(data, trust, place):
    """The checkpoint in a note that the log and enough witnesses signed. Lines of keys that were
    not given are ignored; a line of a given key that does not verify condemns the note."""
    log = trust.log
    text, signatures = read_note(data, place)
    lines = text[:-1].split("\n")
    if len(lines) != 3:
        raise NotVerified(f"{place} has {len(lines)} lines of text, not origin, size and root")
    size, root = read_decimal(lines[1]), read_hash(lines[2])
    if lines[0] != log.name:
        raise NotVerified(f"{place}, line 1: the origin is not {log.name}")
    if size is None:
        raise NotVerified(f"{place}, line 2: not a size")
    if root is None:
        raise NotVerified(f"{place}, line 3: not the base64 of a hash")
    given = {(key.name, key.key_id): key for key in (log, *trust.witnesses)}
    signed = set()
    cosignatures = 0
    for number, name, key_id, signature in signatures:
        key = given.get((name, key_id))
        if key is None:
            continue
        if key in signed:
            raise NotVerified(f"{place}, line {number}: a second signature of {name}")
        if not key.signed(text, signature):
            raise NotVerified(f"{place}, line {number}: the signature of {name} is wrong")
        signed.add(key)
        cosignatures += trust.counts(key, signature)
    if log not in signed:
        raise NotVerified(f"{place} is not signed with the key of {log.name}")
    if cosignatures < trust.quorum:
        raise NotVerified(f"{place} has {cosignatures} cosignatures of the given witnesses, "
                          f"{trust.quorum} are asked for")
    return Checkpoint(lines[0], size, root, cosignatures)


# Where a published ledger is read from. read(path, limit) gives at most limit + 1 bytes, so that
# the caller sees what is too long, or None where there is no such file.


class Directory:
    def __init__(self, path):
        self.path = path

    def read(self, path, limit):
        try:
            with open(os.path.join(self.path, path), "rb") as file:
                return file.read(limit + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise Unreadable(f"{path}: {error.strerror}") from None


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The auditor names the server that is checked; it does not pass him on to another one."""

    def redirect_request(self, *_):
        return None


class Website:
    def __init__(self, address, tls):
        self.address = address.rstrip("/")
        self.opener = urllib.request.build_opener(
            NoRedirect, urllib.request.HTTPSHandler(context=tls.context()))

    def read(self, path, limit):
        address = f"{self.address}/{path}"
        try:
            with self.opener.open(address, timeout=READ_TIMEOUT_SECONDS) as response:
                # The format lets a server compress without being asked to.
                is_packed = response.headers.get("Content-Encoding") == "gzip"
                # What cannot be made smaller becomes a little larger.
                limit_sent = limit + (limit // 1000 + 1024 if is_packed else 0)
                data = response.read(limit_sent + 1)
                if len(data) <= limit_sent and response.length:
                    raise Unreadable(f"{path}: the connection ended early")
                if is_packed:
                    unpacking = zlib.decompressobj(zlib.MAX_WBITS | 16)
                    data = unpacking.decompress(data, limit + 1)
                    if len(data) <= limit and not unpacking.eof:
                        raise Unreadable(f"{path}: the compressed answer is not complete")
                return data
        except urllib.error.HTTPError as error:
            if error.code in (404, 410):
                return None
            raise Unreadable(f"{path}: the server answers {error.code}") from None
        except (OSError, http.client.HTTPException, ValueError, zlib.error) as error:
            raise Unreadable(f"{path}: {error}") from None


class Tls(NamedTuple):
    """What https needs beyond what the system trusts: PEM files, or None."""
    authorities: str | None
    certificate: str | None
    key: str | None

    def context(self):
        """Of a client that checks the server's certificate and name, and shows its own one."""
        context = ssl.create_default_context()
        for path in self:
            if path is not None and not os.path.isfile(path):
                raise Unreadable(f"{path}: there is no such file")
        try:
            if self.authorities is not None:
                context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
                context.load_verify_locations(self.authorities)
            if self.certificate is not None:
                # Without a password: nobody is asked for one.
                context.load_cert_chain(self.certificate, self.key, password="")
        except (OSError, ValueError) as error:
            raise Unreadable(f"the files for https: {error}") from None
        return context


def open_source(name, tls):
    if name.startswith(("http://", "https://")):
        return Website(name, tls)
    return Directory(name)


def keep_file(path, data):
    """Writes a file as a whole: what it held before stays until the new one is there."""
    try:
        with open(path + ".new", "wb") as file:
            file.write(data)
        os.replace(path + ".new", path)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}") from None


def read_file(path, limit):
    """A file that the auditor names."""
    data = Directory("").read(path, limit)
    if data is None:
        raise Unreadable(f"{path}: there is no such file")
    if len(data) > limit:
        raise NotVerified(f"{path} is longer than {limit} bytes")
    return data


# The log


def tile_path(level, number, width):
    """tile/0/x001/234, with the width behind it when partial; the level "entries" is bundles."""
    groups = [f"{number % 1000:03}"]
    while number >= 1000:
        number //= 1000
        groups.insert(0, f"x{number % 1000:03}")
    partial = f".p/{width}" if width < TILE_WIDTH else ""
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def read_tile(source, level, number, width, limit):
    """The path, the bytes, and the number of items that they must hold."""
    path = tile_path(level, number, width)
    data, items = source.read(path, limit), width
    if data is None and width < TILE_WIDTH:
        # The log has grown since the checkpoint: partial tiles may go when the full one is there.
        full = tile_path(level, number, TILE_WIDTH)
        data, items = source.read(full, limit), TILE_WIDTH
        path = path if data is None else full
    if data is None:
        raise NotVerified(f"{path} is missing")
    if len(data) > limit:
        raise NotVerified(f"{path} is longer than {limit} bytes")
    return path, data, items


def read_bundle(source, number, width):
    """The entries of a bundle, as many as the checkpoint counts in it."""
    path, data, items = read_tile(source, "entries", number, width, BUNDLE_BYTES_MAX)
    entries, position = [], 0
    for index in range(number * TILE_WIDTH, number * TILE_WIDTH + items):
        begin = position + 2
        position = begin + int.from_bytes(data[position:begin], "big")
        if position > len(data) or begin > len(data):
            raise NotVerified(f"{path} ends within entry {index}")
        entries.append(data[begin:position])
    if position != len(data):
        raise NotVerified(f"{path} has bytes after its last entry")
    return entries[:width]


def compare_tile(source, level, number, hashes):
    """Whether a published tile holds the hashes that its entries give."""
    path, data, items = read_tile(source, level, number, len(hashes), TILE_WIDTH * HASH_BYTES)
    if len(data) != items * HASH_BYTES:
        raise NotVerified(f"{path} is {len(data)} bytes long instead of {items * HASH_BYTES}")
    for index, computed in enumerate(hashes):
        if data[index * HASH_BYTES : (index + 1) * HASH_BYTES] == computed:
            continue
        if level:
            raise NotVerified(f"{path}, hash {index}: not that of the entries below it")
        bundle = tile_path("entries", number, len(hashes))
        raise NotVerified(
            f"entry {number * TILE_WIDTH + index} of {bundle} does not have the hash in {path}")


def check_log(source, checkpoint, kept, kept_place):
    """Reads every entry and every tile that the checkpoint counts. Memory: one bundle, and one tile
    of each level."""
    if kept and kept.size > checkpoint.size:
        raise NotVerified(
            f"the checkpoint has {checkpoint.size} entries, {kept_place} has {kept.size}: "
            "the log has lost entries")
    tree = Tree(lambda level, number, hashes: compare_tile(source, level, number, hashes))
    kept_root = tree.root()
    for first in range(0, checkpoint.size, TILE_WIDTH):
        width = min(TILE_WIDTH, checkpoint.size - first)
        for entry in read_bundle(source, first // TILE_WIDTH, width):
            tree.append(leaf_hash(entry))
            if kept and tree.size == kept.size:
                kept_root = tree.root()
    tree.finish()
    if tree.root() != checkpoint.root:
        raise NotVerified(
            f"checkpoint, line 3: the root is {checkpoint.root.hex()}, "
            f"that of the entries is {tree.root().hex()}")
    if kept and kept_root != kept.root:
        raise NotVerified(
            f"the first {kept.size} entries are not those of {kept_place}: history was rewritten")


# Proofs


def read_proof(data, place):
    """Index, path and checkpoint of a tlog-proof. Nobody vouches for what is in a line `extra`."""
    head, gap, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError:
        raise NotVerified(f"{place}: not a c2sp.org/tlog-proof@v1") from None
    if not gap or lines[0] != "c2sp.org/tlog-proof@v1":
        raise NotVerified(f"{place}: not a c2sp.org/tlog-proof@v1")
    number = 1
    if len(lines) > number and lines[number].startswith("extra "):
        if not read_base64(lines[number].removeprefix("extra ")):
            raise NotVerified(f"{place}, line {number + 1}: not base64")
        number += 1
    index = None
    if len(lines) > number and lines[number].startswith("index "):
        index = read_decimal(lines[number].removeprefix("index "))
    if index is None:
        raise NotVerified(f"{place}, line {number + 1}: not an index")
    path = [read_hash(line) for line in lines[number + 1 :]]
    if None in path:
        line = number + 2 + path.index(None)
        raise NotVerified(f"{place}, line {line}: not the base64 of a hash")
    if len(path) > PROOF_HASHES_MAX:
        raise NotVerified(f"{place} has more than {PROOF_HASHES_MAX} hashes")
    return index, path, checkpoint


def check_proof(data, entry, trust, place):
    """The index of the entry, and the checkpoint that it is proven to be in."""
    index, path, note = read_proof(data, place)
    checkpoint = open_checkpoint(note, trust, f"checkpoint in {place}")
    if index >= checkpoint.size:
        raise NotVerified(f"{place}: index {index} of a log of {checkpoint.size} entries")
    if root_by_path(index, checkpoint.size, leaf_hash(entry), path) != checkpoint.root:
        raise NotVerified(
            f"{place} does not lead from the entry as number {index} to the signed root")
    return index, checkpoint


# Commands


def run_log(options):
    source = open_source(options.source, options.tls)
    data = source.read("checkpoint", CHECKPOINT_BYTES_MAX)
    if data is None:
        raise Unreadable(f"{options.source} has no checkpoint")
    checkpoint = open_checkpoint(data, options.trust, "checkpoint")
    kept = None
    if options.old:
        kept_data = read_file(options.old, CHECKPOINT_BYTES_MAX)
        kept = open_checkpoint(kept_data, Trust(options.old_key or options.key), options.old)
    check_log(source, checkpoint, kept, options.old)
    if options.keep:
        keep_file(options.keep, data)
    print(f"verified {checkpoint.origin}")
    print(f"entries       {checkpoint.size}, all read and hashed")
    print_checkpoint(checkpoint, options.trust)
    if kept:
        print(f"continues     {options.old} of {kept.size} entries")


def run_proof(options):
    data = read_file(options.proof, PROOF_BYTES_MAX)
    entry = read_file(options.entry, ENTRY_BYTES_MAX)
    index, checkpoint = check_proof(data, entry, options.trust, options.proof)
    print(f"verified {checkpoint.origin}")
    print(f"entry         {index} of {checkpoint.size}")
    print_checkpoint(checkpoint, options.trust)


def print_checkpoint(checkpoint, trust):
    print(f"root          {checkpoint.root.hex()}")
    print(f"cosignatures  {checkpoint.cosignatures} of {len(trust.witnesses)} witnesses, "
          f"quorum {trust.quorum}")


def key_argument(kind):
    def read(text):
        try:
            return Key.read(text, kind)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None
    return read


def read_arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="kinledger_verify.py", allow_abbrev=False,
        description="Checks a published ledger from its files alone.",
        epilog="Exit status: 0 verified, 2 usage, 4 not verified, 5 could not be read (or kept).")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    log = commands.add_parser("log", help="check every entry and tile of a log", allow_abbrev=False)
    log.add_argument("source", metavar="SOURCE", help="directory or http(s) address")
    log.add_argument("--old", metavar="FILE", help="checkpoint of an earlier visit")
    log.add_argument("--old-key", metavar="VKEY", type=key_argument(Key.LOG),
                     help="key that the log had then, where it has another one now")
    log.add_argument("--keep", metavar="FILE", help="keep the checkpoint here once it is verified")
    log.add_argument("--ca", metavar="FILE", help="https: who signed the server's certificate, PEM")
    log.add_argument("--client-cert", metavar="FILE", help="https: one's own certificate, PEM")
    log.add_argument("--client-key", metavar="FILE", help="https: one's own private key, PEM")
    log.set_defaults(run=run_log)
    proof = commands.add_parser("proof", help="check that an entry is in a log", allow_abbrev=False)
    proof.add_argument("proof", metavar="FILE", help="a tlog-proof")
    proof.add_argument("entry", metavar="ENTRY_FILE", help="the bytes of the entry")
    proof.set_defaults(run=run_proof)
    for command in (log, proof):
        command.add_argument("--key", metavar="VKEY", required=True, type=key_argument(Key.LOG),
                             help="key of the log")
        command.add_argument("--witness", metavar="VKEY", action="append", default=[],
                             type=key_argument(Key.WITNESS), help="key of a witness")
        command.add_argument("--quorum", metavar="N", type=int,
                             help="cosignatures that are needed; by default of all the witnesses")
        command.add_argument("--cosigned-within", metavar="SECONDS", type=int,
                             help="how long ago they may have been given; by default ever")
    options = parser.parse_args(arguments)
    if options.quorum is None:
        options.quorum = len(options.witness)
    if not 0 <= options.quorum <= len(options.witness):
        parser.error(f"a quorum of {options.quorum} among {len(options.witness)} witnesses")
    # One key under two names would count twice.
    if len({key.public for key in options.witness}) != len(options.witness):
        parser.error("a witness is given twice")
    if options.cosigned_within is not None and (
            options.cosigned_within < 1 or not options.witness):
        parser.error("--cosigned-within takes a number of seconds, and goes with --witness")
    if options.run is run_log:
        if options.old_key and not options.old:
            parser.error("--old-key goes with --old")
        options.tls = Tls(options.ca, options.client_cert, options.client_key)
        if (options.tls.certificate is None) != (options.tls.key is None):
            parser.error("--client-cert and --client-key belong together")
        if any(options.tls) and not options.source.startswith("https://"):
            parser.error("--ca, --client-cert and --client-key go with an https address")
    now = int(time.time())
    within = options.cosigned_within
    options.trust = Trust(options.key, tuple(options.witness), options.quorum,
                          0 if within is None else now - within, now + CLOCKS_APART_SECONDS)
    return options


def complain(sentence):
    """A server's words may be in it, and must not steer the terminal."""
    print("".join(letter if letter.isprintable() else "?" for letter in sentence), file=sys.stderr)


def main(arguments=None):
    options = read_arguments(arguments)
    try:
        options.run(options)
    except NotVerified as reason:
        complain(f"not verified: {reason}")
        return NOT_VERIFIED
    except Unreadable as reason:
        complain(f"could not be read: {reason}")
        return UNREADABLE
    return VERIFIED


if __name__ == "__main__":
    sys.exit(main())
