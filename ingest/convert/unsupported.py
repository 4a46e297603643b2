"""Kinds of files that are not read, and what to do with them."""

from typing import NamedTuple

from ingest.convert import CONVERTERS, PICTURES, ocr


class Kind(NamedTuple):
    name: str
    advice: str
    endings: str


AS_PDF = "export them as PDF, and upload that"

KINDS = [
    Kind("Pages files", "export them as PDF or Word, and upload that", ".pages"),
    Kind("Numbers files", "export them as Excel or PDF, and upload that", ".numbers"),
    Kind("Keynote files", "export them as PDF or PowerPoint, and upload that", ".key .keynote"),
    Kind("WordPerfect and Works files", "save them as .docx or PDF, and upload that", ".wpd .wps .wp .lwp .sxw"),
    Kind("Pictures", f"{ocr.advice()}, then upload them again", " ".join(PICTURES)),
    Kind(
        "Pictures in this format",
        "save them as PNG, JPEG or PDF, and upload that",
        ".heic .heif .avif .psd .ico .jp2 .raw .dng .cr2 .nef .djvu .djv",
    ),
    Kind("Drawings", AS_PDF, ".svg .svgz .emf .wmf .ai .eps .ps .odg .cdr .indd .sketch .fig .xd .afdesign .drawio"),
    Kind(
        "Recordings",
        "upload a transcript as text, .vtt or .srt",
        ".mp3 .wav .m4a .flac .ogg .oga .opus .aac .wma .aiff .amr .mid "
        ".mp4 .mov .avi .mkv .webm .wmv .m4v .mpg .mpeg .flv .3gp .ogv",
    ),
    Kind(
        "Archives",
        "unpack them and upload the files, or give them to `rag-ingest add`, which reads what is in them",
        ".zip .tar .tgz .tbz2 .txz",
    ),
    Kind(
        "Archives", "unpack them, and upload the files", ".gz .bz2 .xz .7z .rar .zst .lz .lzma .cab .iso .dmg .ar .cpio"
    ),
    Kind(
        "CAD drawings",
        AS_PDF,
        ".dwg .dxf .dwf .dgn .step .stp .iges .igs .stl .skp .rvt .rfa .ifc .3dm .obj .fbx .sldprt",
    ),
    Kind(
        "Programs and their parts",
        "they hold no text; upload what is written about them",
        ".exe .dll .so .dylib .msi .app .deb .rpm .apk .jar .war .class .o .a .lib .pyc .whl .wasm .sys .com",
    ),
    Kind(
        "Databases",
        "export their tables as CSV or Excel, and upload that",
        ".db .sqlite .mdb .accdb .dbf .parquet .feather .arrow .avro .orc .pkl .npy .npz .h5 .hdf5 .sav .dta .rds",
    ),
    Kind("Mail folders", "save their mails as .mbox, .msg or .eml, and upload that", ".pst .ost .dbx .nsf .olm"),
    Kind(
        "Books in this format",
        "convert them to EPUB or PDF, and upload that",
        ".mobi .azw .azw3 .kfx .fb2 .lit .ibooks",
    ),
    Kind("Help files", "export them as HTML or PDF, and upload that", ".chm .hlp"),
    Kind("Visio, Publisher, Project, OneNote and XPS files", AS_PDF, ".vsd .vsdx .pub .mpp .one .xps .oxps"),
    Kind("Links", "upload the document that they lead to", ".url .webloc .lnk .desktop .gdoc .gsheet .gslides"),
    Kind("Fonts", "they hold no text", ".ttf .otf .woff .woff2 .eot"),
    Kind("Encrypted and signed files", "upload what they hold, decrypted", ".p7m .p7s .p7c .gpg .pgp .age .kdbx"),
]

BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings.split() if ending not in CONVERTERS}
ANY = "save them as PDF (.pdf), Word (.docx) or text (.txt), and upload that"


def unsupported(extension: str) -> str:
    """Why files with this ending are not read, and the way out."""
    kind = BY_ENDING.get(extension)
    if kind is None:
        return f"Files ending in '{extension}' are not supported: {ANY}."
    return f"{kind.name} ('{extension}') are not supported: {kind.advice}."
