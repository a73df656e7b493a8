#!/usr/bin/env python3
"""Makes the seeds of the fuzz targets: OUT/TARGET/NAME. Most are files that the tree holds for
other purposes: events of every type, samples, packs, scenarios. Persons are made up, of the division
330199, which was never issued. An input that broke a target is added below, under what it broke.
Usage: seeds.py OUT"""

import csv
import base64
import hashlib
import io
import json
import pathlib
import shutil
import struct
import sys
import zipfile
from xml.sax.saxutils import escape

ROOT = pathlib.Path(__file__).resolve().parents[2]

IDENTITIES = [
    "residentId 330199201409230368",
    "居民身份证 33019919820506033x",
    "residencePermit 810000199001011234",
    "passport E12345678",
    "hongKongMacauPermit H12345678",
    "taiwanPermit 12345678",
    "foreignPermanentResident ABC123456789012",
    "foreignPermanentResident 911124198108030024",
    "birthCertificate U330000123",
    "residentId 3.30199E+17",
    "residentId ３３０１９９２０１４０９２３０３６８",
    "unit 91330100MA2AXXXX5K",
]

DATES = [
    "2021-03-01", "2020-02-29", "1900-01-01", "2199-12-31", "2021-3-1", "2021/3/1", "2021.3.1",
    "20210301", "2021年3月1日", "2021-03", "　2021-03-01 ", "2021-04-05T01:02:03.000000Z",
    "2021-04-05T09:02:03+08:00",
]

SUBMISSION = """{"key": "bank-2021-03-31", "submitter": "0123456789abcdef0123456789abcdef",
 "source": {"name": "银行回单.csv", "sha256": "%s"}, "jurisdiction": "330100",
 "registersPersons": true, "events": [%s]}"""

EVENTS = [
    """{"type": "PersonRegistered", "validOn": "2021-01-05", "person": {"idType": "residentId",
 "idNumber": "330199201409230368", "name": "白露"}, "birthDate": "2014-09-23"}""",
    """{"type": "UnitRecorded", "validOn": "2021-01-05", "unitNumber": "U-1", "name": "一校",
 "area": "330106"}""",
    """{"type": "PremiumPaid", "validOn": "2021-03-31", "person": {"idNumber":
 "330199201409230368"}, "scheme": "children", "insuranceYear": 2021, "amount": "250.00",
 "payerKind": "guardian", "enrollment": "#1"}""",
    """{"type": "BindingRegistered", "validOn": "2021-03-31", "unit": {"unitNumber": "U-1"},
 "person": "00112233445566778899aabbccddeeff", "missingParts": ["unitSeal", "childName"]}""",
    """{"type": "PremiumPaid", "validOn": "2021-03-31", "correction": {"replaces": 118,
 "cause": "wrongAmount", "authority": "agency", "authorityDocument": "〔2021〕77号"}}""",
    """{"type": "EventVoided", "correction": {"replaces": 7, "cause": "duplicate",
 "authority": "agency"}}""",
]

# For the XML of xlsx.cc: sheet, shared strings, styles.
SHEET = """<worksheet xmlns="m"><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" s="1">
<v>44286.5</v></c><c t="b"><v>1</v></c><c r="D1" t="e"><v>#N/A</v></c><c r="E1"><f>A1</f><v>250</v>
</c></row><row r="3"><c r="IV3" t="inlineStr"><is><r><t>a_x000D_</t></r><rPh sb="0"><t>b</t></rPh>
</is></c></row><row><c t="str"><v>x &amp; y</v></c><c t="d"><v>2021-03-31T00:00:00</v></c></row>
</sheetData></worksheet>"""
STRINGS = "<sst><si><t>𠮷</t></si><si><r><t>a</t></r><r><t>b</t></r></si></sst>"
STYLES = ("""<styleSheet><numFmts><numFmt numFmtId="164" formatCode='yyyy"年"m'/></numFmts>"""
          """<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>""")


def golden_events():
    """(type, bytes) of every event that the tree keeps."""
    for path in sorted((ROOT / "tests/ledger/golden").glob("format-*.txt")):
        for line in path.read_text().splitlines():
            name, digits = line.split()
            yield name, bytes.fromhex(digits)


def page(events):
    """See ledger/page.h."""
    table = struct.pack("<HH", 1, len(events))
    table += b"".join(struct.pack("<H", len(event) // 8) for event in events)
    return table + bytes(-len(table) % 8) + b"".join(events)


def mark_record(size):
    """See ledger/mark.h."""
    rest = bytes([0x33]) * 16 + struct.pack("<Q", size) + hashlib.sha256(bytes([size])).digest()
    return b"KLMK" + hashlib.sha256(b"KLMK" + rest).digest()[:4] + rest


def sheet_of(rows):
    """The XML of a sheet with these rows as text."""
    lines = ("<row>" + "".join(f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
                               for cell in row) + "</row>" for row in rows)
    return "<worksheet><sheetData>" + "".join(lines) + "</sheetData></worksheet>"


def workbook(sheet):
    """An archive with this sheet."""
    parts = {
        "_rels/.rels": '<Relationships><Relationship Id="a" Type="y/officeDocument" '
                       'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="名单" sheetId="1" r:id="b"/>'
                           "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": '<Relationships><Relationship Id="b" Type="x/worksheet" '
                                      'Target="sheet1.xml"/></Relationships>',
        "xl/sheet1.xml": sheet,
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# Heads of requests: accepted, and each of the forms that server/http_head.h refuses.
HEADS = [
    b"GET /v1/questions/status?person=0011&on=2021-03-31&lang=%E4%B8%AD HTTP/1.1\r\n"
    b"Host: ledger.example\r\nAccept: application/json\r\n\r\n",
    b"POST /v1/submissions HTTP/1.1\r\nHost: ledger.example\r\nContent-Length: 118\r\n"
    b"Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n{",
    b"HEAD /tile/0/x001/067.p/44 HTTP/1.1\r\nhost: ledger.example\r\n\r\nGET /",
    b"POST / HTTP/1.1\r\nHost: ledger.example\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: ledger.example\r\nContent-Length: 3, 3\r\n\r\n",
    b"GET / HTTP/1.1\nHost: ledger.example\n\n",
    b"GET / HTTP/1.1\r\nHost: ledger.example\r\nX: a\r\n b\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: ledger.example\r\nAccept: a\tb\xff\r\n\r\n",
    b"GET http://other/ HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
]

TILES = ["tile/0/000", "tile/0/x001/067.p/44", "tile/entries/x001/x234/067", "tile/7/000.p/1"]

WITNESS_POLICY = """# one of two offices
log %s
witness audit %s http://audit.example:8451
witness other %s
group offices 1 audit other
quorum offices
"""


def published_log():
    return json.loads((ROOT / "tests/ledger/golden/log.json").read_text(encoding="utf-8"))


def tree_hash(leaves):
    """RFC 6962, of leaf hashes."""
    if len(leaves) == 1:
        return leaves[0]
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + tree_hash(leaves[:half]) + tree_hash(leaves[half:])).digest()


def frame(kind, payload):
    """See server/event_frames.h."""
    return kind + struct.pack(">I", len(payload)) + payload


def stream(events, note):
    """All of the events from the first one on, one batch."""
    leaves = [hashlib.sha256(b"\0" + event).digest() for event in events]
    end = struct.pack(">Q", len(events)) + tree_hash(leaves)
    return (frame(b"S", bytes(8)) + b"".join(frame(b"E", event) for event in events[:-1]) +
            frame(b"L", leaves[-1]) + frame(b"B", end) +
            frame(b"C", bytes(9) + note.encode()) + frame(b"X", b"complete"))


def leaves_proof(size, indexes, hashes):
    """See leaves.cc."""
    places = b"".join(struct.pack("<Q", index) for index in indexes)
    return struct.pack("<QB", size, len(indexes)) + places + bytes(32 * hashes)


def log_seeds():
    """(target, name, bytes): what is said of the published log of 300 leaves."""
    published = published_log()
    log, checkpoint = published["log"], published["checkpoint_300"]
    yield "note", "checkpoint", checkpoint.encode()
    yield "note", "sm2", published["checkpoint_300_with_sm2"].encode()
    yield "note", "text", checkpoint[:checkpoint.index("\n\n") + 1].encode()
    for name in ("vkey", "witness_vkey"):
        yield "note", name, log[name].encode()
    yield "note", "sm2-vkey", published["sm2"]["vkey"].encode()
    yield "note", "policy", (WITNESS_POLICY % (
        log["vkey"], log["witness_vkey"],
        log["witness_vkey"].replace("audit", "other"))).encode()
    for name in ("tlog_proof_index_256", "tlog_proof_index_0_with_extra"):
        yield "proof", name, published[name].encode()
    # PROOF(256, D[300]): the one hash of what lies behind.
    leaves = [hashlib.sha256(b"\0record %d" % i).digest() for i in range(300)]
    behind = base64.b64encode(tree_hash(leaves[256:])).decode()
    old_256 = f"old 256\n{behind}\n\n{checkpoint}"
    yield "proof", "consistency", ("kinledger.example/consistency-proof@v1\n" + old_256).encode()
    yield "witness", "first", f"old 0\n\n{checkpoint}".encode()
    yield "witness", "continues", old_256.encode()
    yield "witness", "other", f"old 0\n\n{checkpoint.replace('330100', '330200')}".encode()
    for size, indexes, hashes in ((1, [0], 0), (300, [0, 7, 299], 12), (2 ** 40, [2 ** 39], 40)):
        yield "leaves", str(size), leaves_proof(size, indexes, hashes)
    for i, text in enumerate(TILES):
        yield "tile", str(i), text.encode()
    for i, head in enumerate(HEADS):
        yield "head", str(i), head
    stored = [event for _, event in golden_events()][:9]
    yield "stream", "whole", stream(stored, checkpoint)
    yield "stream", "one", stream(stored[:1], checkpoint)


def sample_tables():
    """(name, bytes) of the CSV samples."""
    for path in sorted((ROOT / "tools/samples").glob("*.csv")):
        yield path.stem, path.read_bytes()


def seeds():
    """(target, name, bytes) of every seed."""
    events = list(golden_events())
    for name, stored in events:
        yield "event", name, stored
    stored = [event for _, event in events]
    for count in (1, 3, len(stored)):
        yield "page", str(count), page(stored[:count])
    # The fields of one kind hold the same ids in all of them, so that they are about one person.
    for at in range(0, len(stored), 10):
        yield "answer", str(at), page(stored[at:at + 10])
    yield "answer", "all", page(stored)
    # No program records such text; a lying log may sign it.
    yield "answer", "notUtf8", page([event.replace(b"children", b"ch\xff\xffdren")
                                     for event in stored[:10]])
    yield "bundle", "balance", (ROOT / "tests/fuzz/balance.bundle").read_bytes()
    yield from log_seeds()
    yield "mark", "new", mark_record(0) * 2
    yield "mark", "advanced", mark_record(7) + mark_record(8)
    yield "mark", "torn", mark_record(7) + mark_record(8)[:20]

    for i, text in enumerate(IDENTITIES):
        yield "identity", str(i), text.encode()
    for i, text in enumerate(DATES):
        yield "date", str(i), text.encode()
    digest = hashlib.sha256(b"").hexdigest()
    for i, event in enumerate(EVENTS):
        yield "submission", str(i), (SUBMISSION % (digest, event)).encode()
    yield "submission", "all", (SUBMISSION % (digest, ", ".join(EVENTS))).encode()

    for name, text in sample_tables():
        yield "csv", name, text
        sheet = sheet_of(list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))[:5])
        yield "xlsx", name + ".xml", sheet.encode()
    yield "csv", "gb18030", "姓名;备注\r\n白露;\"a\"\"b\nc\"\r\n".encode("gb18030")
    yield "csv", "utf-16", "姓名\t备注\r\n白露\t𠮷\r\n".encode("utf-16")
    yield "xlsx", "kinds.xml", "\0".join([SHEET, STRINGS, STYLES]).encode()
    yield "xlsx", "workbook", workbook(sheet)

    for path in sorted((ROOT / "tests/scenarios/checks").glob("*.toml")):
        yield "pack", path.stem, path.read_bytes()
    yield "pack", "new-city", (ROOT / "docs/examples/new-city.toml").read_bytes()
    for path in sorted((ROOT / "tests/scenarios").glob("*/*.scenario")):
        if path.stat().st_size < 8_000:
            yield "scenario", path.parent.name + "-" + path.stem, path.read_bytes()


def main():
    out = pathlib.Path(sys.argv[1])
    shutil.rmtree(out, ignore_errors=True)
    for target, name, content in seeds():
        path = out / target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


if __name__ == "__main__":
    main()
