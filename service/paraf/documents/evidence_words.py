"""What a bundle says to the person who opens it: the instructions, and the verifier that travels along.

Knows where both lie; must not know what else is in a bundle. Both are given as they are, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "bundle"
INSTRUCTIONS, VERIFIER = "PETUNJUK.txt", "periksa.py"


def instructions() -> bytes:
    """How a bundle is checked, in Indonesian, for somebody who has nothing but the bundle."""
    return (_FOLDER / INSTRUCTIONS).read_bytes()


def verifier() -> bytes:
    """The program that checks a bundle by itself."""
    return (_FOLDER / VERIFIER).read_bytes()
