"""The one door for XML: bytes from people in, a harmless tree or one clear refusal out.

Knows the limits of a document and the tricks XML can play; must not know BPMN or DMN. Nothing is
fetched, no entity is resolved, and a document type, a processing instruction or another encoding
than UTF-8 is refused before the tree is built.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from paraf.language import N_

MAX_BYTES: Final = 1024 * 1024
MAX_DEPTH: Final = 32
MAX_ELEMENTS: Final = 20_000
MAX_TEXT: Final = 20_000

_FORBIDDEN: Final = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST|NOTATION)", re.IGNORECASE)
_INSTRUCTION: Final = re.compile(rb"<\?(?!xml[ \t\r\n])")
_ENCODING: Final = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")


class XmlRefused(ValueError):
    """A document that is not taken. `rule` names the reason, `message` is a msgid."""

    def __init__(self, rule: str, message: str, line: int = 0, **values: object) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.line = line
        self.values = values


def read_xml(content: bytes) -> etree._Element:
    """Parse `content` and give its root element. Raises XmlRefused."""
    if len(content) > MAX_BYTES:
        raise XmlRefused("too_large", N_("The file is larger than {limit} bytes"), limit=MAX_BYTES)
    _refuse_encodings(content)
    for rule, pattern in (("doctype", _FORBIDDEN), ("instruction", _INSTRUCTION)):
        found = pattern.search(content)
        if found:
            line = content.count(b"\n", 0, found.start()) + 1
            message = (
                N_("A document type or entity is not allowed")
                if rule == "doctype"
                else N_("A processing instruction is not allowed")
            )
            raise XmlRefused(rule, message, line)
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=False,
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as fault:
        raise XmlRefused("not_xml", N_("The file is not well-formed XML"), fault.lineno or 0) from None
    _refuse_outsize(root)
    return root


def _refuse_encodings(content: bytes) -> None:
    declared = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if declared and declared.group(1).upper() not in {b"UTF-8", b"UTF8", b"US-ASCII"}:
        raise XmlRefused("encoding", N_("The file must be written in UTF-8"), 1)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise XmlRefused("encoding", N_("The file must be written in UTF-8"), line) from None
    if "\x00" in text:
        raise XmlRefused("encoding", N_("The file must be written in UTF-8"), 1)


def _refuse_outsize(root: etree._Element) -> None:
    waiting: list[tuple[etree._Element, int]] = [(root, 1)]
    seen = 0
    while waiting:
        element, depth = waiting.pop()
        line = line_of(element)
        if not isinstance(element.tag, str):
            raise XmlRefused("instruction", N_("A processing instruction is not allowed"), line)
        seen += 1
        if depth > MAX_DEPTH:
            raise XmlRefused(
                "too_deep", N_("Elements are nested more than {limit} deep"), line, limit=MAX_DEPTH
            )
        if seen > MAX_ELEMENTS:
            raise XmlRefused("too_many", N_("There are more than {limit} elements"), line, limit=MAX_ELEMENTS)
        texts = [element.text or "", *map(str, element.attrib.values())]
        if any(len(text) > MAX_TEXT for text in texts):
            raise XmlRefused(
                "long_text", N_("A text is longer than {limit} characters"), line, limit=MAX_TEXT
            )
        waiting.extend((child, depth + 1) for child in element)


def line_of(element: etree._Element) -> int:
    """The line an element stands on, 0 if unknown."""
    line: object = element.sourceline
    return line if isinstance(line, int) else 0


def namespace_and_name(element: etree._Element) -> tuple[str, str]:
    """The namespace and the bare name of an element's tag."""
    name = etree.QName(element)
    return name.namespace or "", name.localname
