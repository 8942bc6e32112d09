"""In which encoding an upload is written. Decides by its bytes; knows nothing of what they say.

Anything that is UTF-8 is read as UTF-8. Of the rest, almost any two bytes above 127 make a character of CP949, so that
text in Latin-1 can pass for Korean. But Korean is written with the 2,350 syllables of EUC-KR, nearly always, and CP949
has three times as many others. What is neither is read as UTF-8, and its broken lines are told one by one.
"""

import codecs
import re
from collections.abc import Iterator
from typing import IO, NoReturn

from starlette.exceptions import HTTPException

from services.http.explanations.refusals import UploadRefused

_BLOCK = 1_000_000
_NAMES = {"utf-8": "utf-8", "utf-8-sig": "utf-8", "cp949": "cp949", "euc_kr": "cp949", "ascii": "utf-8"}
_UTF_16 = "it is UTF-16, or no text; save it as `CSV UTF-8`"
_FOREIGN = {
    codecs.BOM_UTF32_BE: "it is UTF-32; save it as `CSV UTF-8`",
    codecs.BOM_UTF32_LE: "it is UTF-32; save it as `CSV UTF-8`",
    codecs.BOM_UTF16_LE: _UTF_16,
    codecs.BOM_UTF16_BE: _UTF_16,
    b"PK\x03\x04": "it is a workbook or an archive, not text; save the sheet as `CSV UTF-8`",
    b"\xd0\xcf\x11\xe0": "it is a workbook of an old Excel, not text; save the sheet as `CSV UTF-8`",
}
_SYLLABLE = re.compile("[가-힣]")


def named(charset: str) -> str:
    """Return the encoding that a client says it has sent.

    Raises:
        HTTPException: it is not read here.
    """
    try:
        return _NAMES[codecs.lookup(charset).name]
    except (LookupError, ValueError):
        raise HTTPException(415, detail=f"the charset {charset[:50]!r} is not read here; send UTF-8 or CP949") from None


def detect(file: IO[bytes], *, told: str | None) -> str:
    """Return the encoding of a file: the one that was told, or what its bytes say. Blocking.

    Raises:
        UploadRefused: it is no text, or in an encoding that can be told and is not read.
    """
    file.seek(0)
    _refuse_foreign(file.read(4))
    if told is not None:
        return told
    try:
        for _ in _texts(file, "utf-8"):
            pass
    except UnicodeDecodeError:
        return "cp949" if _is_korean(file) else "utf-8"
    return "utf-8"


def _refuse_foreign(head: bytes) -> None:
    for mark, words in _FOREIGN.items():
        if head.startswith(mark):
            _refuse(words)
    if b"\0" in head:
        _refuse(_UTF_16)


def _is_korean(file: IO[bytes]) -> bool:
    syllables = others = 0
    try:
        for text in _texts(file, "cp949"):
            syllables += len(_SYLLABLE.findall(text))
            # EUC-KR writes what it lacks in 8 bytes, CP949 in 2.
            others += (len(text.encode("euc_kr")) - len(text.encode("cp949"))) // 6
    except UnicodeError:
        return False
    return syllables > 2 * others


def _texts(file: IO[bytes], encoding: str) -> Iterator[str]:
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    while block := file.read(_BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _refuse(words: str) -> NoReturn:
    raise UploadRefused(f"this cannot be read: {words}")
