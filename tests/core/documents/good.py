"""Good files of every type that is taken, made by code."""

import io
import zipfile

import openpyxl
from PIL import Image
from pypdf import PdfWriter

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": ("word/document.xml", f"{OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{OFFICE}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{OFFICE}presentationml.presentation.main+xml"),
}
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS = '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'


def pdf(changed=None):
    """One empty page; ``changed`` does something to the writer before it writes."""
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    if changed:
        changed(writer)
    buffer = io.BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def image(kind="PNG", size=(40, 30)):
    buffer = io.BytesIO()
    Image.new("RGB", size, "teal").save(buffer, kind)
    return buffer.getvalue()


def zipped(parts, compression=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def office(media="docx", **more):
    """The least that an office program opens, with more parts by their names."""
    part, content_type = MAIN[media]
    types = (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/{part}" ContentType="{content_type}"/></Types>'
    )
    main = f'<Relationship Id="r1" Type="{RELATIONS}/officeDocument" Target="{part}"/>'
    return zipped({"[Content_Types].xml": types, "_rels/.rels": RELS.format(main), part: "<document/>"} | more)


def workbook():
    book = openpyxl.Workbook()
    book.active.append(["Month", "Cash"])
    book.active.append(["May", 1200])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


GOOD = {
    "plan.pdf": pdf(),
    "plan.docx": office("docx"),
    "plan.pptx": office("pptx"),
    "figures.xlsx": workbook(),
    "photo.png": image(),
    "photo.jpg": image("JPEG"),
    "PHOTO.JPEG": image("JPEG"),
    "figures.csv": "Month;Cash\nMay;1200\nJuin été;3\n".encode(),
    "windows.csv": "Month;Prénom\nMay;Zoé “x”\n".encode("cp1252"),
    "excel.csv": "Month;Cash\nMay;1200\n".encode("utf-16"),
    "notes.txt": b"Plain words.\r\n",
}
