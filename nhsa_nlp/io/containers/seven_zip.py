"""Listing the files within 7z archives, in their order and as they are read.

Of the methods those are read that 7-Zip uses for documents: LZMA2, LZMA, Deflate, BZip2 and none. What an
archive says of itself is a list at its end, mostly packed; it is bounded before it is unpacked.
"""

from __future__ import annotations

import bz2
import lzma
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.containers.member import Member, clean_name
from nhsa_nlp.io.containers.streamed import Streamed, StreamedFile
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.limits import MAX_MEMBERS, MAX_TOTAL, BadMemberError, check_unpacked
from nhsa_nlp.io.package.packed import MAX_MEMORY, BrokenOffError
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

MAX_LIST = 32_000_000
"""Bytes of the list of files, unpacked; `MAX_MEMBERS` with long names take as much."""

_MAGIC = b"7z\xbc\xaf\x27\x1c"
_START = 32
_CHUNK = 1 << 16
_MOST_METHODS = 4  # of one folder
_DAMAGE = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, OverflowError)

# What comes next in the list (7zFormat.txt of the LZMA SDK).
_END, _LIST, _STREAMS, _FILES = 0x00, 0x01, 0x04, 0x05
_PACKED, _UNPACKED, _WITHIN = 0x06, 0x07, 0x08
_SIZES, _SUMS, _FOLDERS, _FOLDER_SIZES, _COUNTS = 0x09, 0x0A, 0x0B, 0x0C, 0x0D
_WITHOUT_CONTENT, _NAMES, _PACKED_LIST = 0x0E, 0x11, 0x17

_COPY, _LZMA2, _LZMA, _DEFLATE, _BZIP2 = "00", "21", "030101", "040108", "040202"
_X86 = "03030103"  # what is done to programs before, by some programs to everything
_AES = "06f10701"


class _DamagedError(BadMemberError):
    def __init__(self) -> None:
        super().__init__(
            Message("is damaged or not a 7z archive; fetch or pack it again"), cause=Cause.DAMAGED_ARCHIVE
        )


@dataclass(slots=True)
class _Folder:
    """What is packed together: the methods with their properties, and the sizes of the files within."""

    methods: list[tuple[str, bytes]]
    size: int = 0
    place: int = 0
    packed: int = 0
    sizes: list[int] = field(default_factory=list)
    sum: int | None = None
    sums: list[int | None] = field(default_factory=list)


def members(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Member]:
    """Yield the files as they come; what has no content is passed over."""
    begun = False
    try:
        for member in _members(stream, options.max_bytes * MAX_TOTAL):
            begun = True
            yield member
    except BadMemberError as error:
        problem = Message("is read only up to here: it {error}", error=error) if begun else str(error)
        raise InputError(problem, file.source, cause=error.cause) from error


def _members(stream: BinaryIO, limit: int) -> Iterator[Member]:
    folders, names = _list_of(stream)
    named = iter(names)
    for folder in folders:
        content = Streamed(_Content(stream, folder, limit))
        for size, expected in zip(folder.sizes, folder.sums, strict=True):
            after = content.at + size
            inner = StreamedFile(content, size, expected)
            yield inner.member(clean_name(next(named, "")))
            if inner.has_failed:
                break  # that has been said; what is packed apart may be whole
            content.skip_to(after)


class _Content:
    """What comes out of a folder."""

    def __init__(self, stream: BinaryIO, folder: _Folder, limit: int):
        check_unpacked(folder.size, folder.packed, limit)
        self._stream = stream
        self._at = folder.place
        self._left = folder.packed
        self._size = folder.size
        self._came = self._taken = 0
        self._decoder = _decoder(folder)
        self._rest = b""

    def read(self, size: int) -> bytes:
        pieces = []
        while size and (piece := self._next(min(size, self._size - self._came))):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def _next(self, size: int) -> bytes:
        while size > 0:
            data = self._rest
            try:
                if not data:
                    self._stream.seek(self._at)
                    data = self._stream.read(min(_CHUNK, self._left))
                    self._at += len(data)
                    self._left -= len(data)
                piece, self._rest = self._decoder(data, size)
            except _DAMAGE as error:
                raise BadMemberError(
                    "is damaged; fetch or pack it again", cause=Cause.DAMAGED_ARCHIVE
                ) from error
            if piece:
                self._came += len(piece)
                return piece
            if not data:
                break
        return b""


_Decoder = Callable[[bytes, int], tuple[bytes, bytes]]
"""Unpacks bytes to so many at most; returns what comes out, and what has to be given again."""


def _decoder(folder: _Folder) -> _Decoder:
    if any(method == _AES for method, _ in folder.methods):
        raise BadMemberError("is encrypted; unpack it with its password first", cause=Cause.ENCRYPTED)
    methods = [(name, more) for name, more in folder.methods if name != _X86]
    (method, properties), *more = methods
    if method != _LZMA2:
        more += folder.methods[1:]
    if more or method not in (_COPY, _LZMA2, _LZMA, _DEFLATE, _BZIP2):
        shown = ", ".join(name for name, _ in folder.methods)
        raise BadMemberError(
            "is packed by method {shown}, which is not read; pack it as .zip",
            cause=Cause.COMPRESSION,
            shown=shown,
        )
    if method == _COPY:
        return lambda data, size: (data[:size], data[size:])
    if method == _DEFLATE:
        deflate = zlib.decompressobj(-15)
        return lambda data, size: (deflate.decompress(data, size), deflate.unconsumed_tail)
    decoder: Any = bz2.BZ2Decompressor() if method == _BZIP2 else _lzma(folder, method, properties)

    def decode(data: bytes, size: int) -> tuple[bytes, bytes]:
        if decoder.needs_input:
            return decoder.decompress(data, size), b""
        return decoder.decompress(b"", size), data

    return decode


def _lzma(folder: _Folder, method: str, properties: bytes) -> lzma.LZMADecompressor:
    if method == _LZMA2 and len(properties) == 1 and properties[0] <= 40:
        window = (2 | properties[0] & 1) << properties[0] // 2 + 11
        chosen: dict[str, int] = {"id": lzma.FILTER_LZMA2}
    elif method == _LZMA and len(properties) == 5 and properties[0] < 225:
        window = int.from_bytes(properties[1:], "little")
        number, lc = divmod(properties[0], 9)
        chosen = {"id": lzma.FILTER_LZMA1, "lc": lc, "lp": number % 5, "pb": number // 5}
    else:
        raise _DamagedError
    window = max(
        min(window, folder.size), 4096
    )  # what lies further back than the beginning is never asked for
    if window > MAX_MEMORY:
        raise BadMemberError(
            "needs more than {limit:,} bytes of memory; pack it with a smaller dictionary",
            cause=Cause.TOO_LARGE,
            limit=MAX_MEMORY,
        )
    try:
        before = [{"id": lzma.FILTER_X86}] if len(folder.methods) > 1 else []
        return lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=[*before, {**chosen, "dict_size": window}])
    except lzma.LZMAError as error:
        raise _DamagedError from error


# --- the list -----------------------------------------------------------------------------------


class _List:
    """What an archive says of itself; reading beyond its end is damage."""

    def __init__(self, data: bytes):
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        data = self._data[self._at : self._at + size]
        if len(data) < size:
            raise _DamagedError
        self._at += size
        return data

    def byte(self) -> int:
        return self.take(1)[0]

    def number(self) -> int:
        """Read a number of one to nine bytes: the first says how many follow."""
        first, mask, value = self.byte(), 0x80, 0
        for place in range(8):
            if not first & mask:
                return value | (first & mask - 1) << 8 * place
            value |= self.byte() << 8 * place
            mask >>= 1
        return value

    def count(self) -> int:
        count = self.number()
        if count > MAX_MEMBERS:
            raise BadMemberError(
                "holds more than {limit:,} files; split it", cause=Cause.TOO_LARGE, limit=MAX_MEMBERS
            )
        return count

    def bits(self, count: int) -> list[bool]:
        data = self.take(-(-count // 8))
        return [bool(data[at // 8] & 0x80 >> at % 8) for at in range(count)]

    def sums(self, count: int) -> list[int | None]:
        known = [True] * count if self.byte() else self.bits(count)
        return [int.from_bytes(self.take(4), "little") if each else None for each in known]

    def rest(self) -> bytes:
        return self._data[self._at :]

    def expect(self, *kinds: int) -> int:
        kind = self.byte()
        if kind not in kinds:
            raise _DamagedError
        return kind


def _list_of(stream: BinaryIO) -> tuple[list[_Folder], list[str]]:
    """Return the folders of an archive, and the names of the files in them."""
    start = stream.read(_START)
    if len(start) < _START or not start.startswith(_MAGIC) or zlib.crc32(start[12:]) != _int(start[8:12]):
        raise _DamagedError
    place, size, expected = _int(start[12:20]), _int(start[20:28]), _int(start[28:])
    if not size:
        return [], []
    if size > MAX_LIST:
        raise BadMemberError(
            "has a list of files of more than {limit:,} bytes; split it",
            cause=Cause.TOO_LARGE,
            limit=MAX_LIST,
        )
    data = _part(stream, _START + place, size)
    if zlib.crc32(data) != expected:
        raise _DamagedError
    if data[0] == _PACKED_LIST:
        folders = _streams(_List(data[1:]))
        if len(folders) != 1:
            raise _DamagedError
        (folder,) = folders
        data = Streamed(_Content(stream, folder, MAX_LIST)).data(folder.size)
        if folder.sum is not None and zlib.crc32(data) != folder.sum:
            raise _DamagedError
    return _files(_List(data))


def _int(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _part(stream: BinaryIO, place: int, size: int) -> bytes:
    try:
        stream.seek(place)
        data = stream.read(size)
    except _DAMAGE as error:
        raise _DamagedError from error
    if len(data) < size:
        raise BrokenOffError  # the list is at the end
    return data


def _files(given: _List) -> tuple[list[_Folder], list[str]]:
    given.expect(_LIST)
    folders: list[_Folder] = []
    kind = given.expect(_STREAMS, _FILES, _END)
    if kind == _STREAMS:
        folders = _streams(given)
        kind = given.expect(_FILES, _END)
    if kind == _END:
        return folders, []
    count = given.count()
    names: list[str] = [""] * count
    has_content = [True] * count
    while (kind := given.number()) != _END:
        content = _List(given.take(given.number()))
        if kind == _WITHOUT_CONTENT:
            has_content = [not bit for bit in content.bits(count)]
        elif kind == _NAMES:
            content.expect(0)  # they lie here
            names = content.rest().decode("utf-16-le", "replace").split("\0", count)[:count]
    return folders, [name for name, has in zip(names, has_content, strict=False) if has]


def _streams(given: _List) -> list[_Folder]:
    """Read where the folders lie, how they are packed, and the sizes of the files in them."""
    places: list[tuple[int, int]] = []
    folders: list[_Folder] = []
    while (kind := given.expect(_PACKED, _UNPACKED, _WITHIN, _END)) != _END:
        if kind == _PACKED:
            places = _places(given)
        elif kind == _UNPACKED:
            folders = _folders(given)
        else:
            _divide(given, folders)
    if len(places) < len(folders):
        raise _DamagedError
    for folder, (place, packed) in zip(folders, places, strict=False):
        folder.place, folder.packed = place, packed
        if not folder.sizes:
            folder.sizes, folder.sums = [folder.size], [folder.sum]
    return folders


def _places(given: _List) -> list[tuple[int, int]]:
    place, count = _START + given.number(), given.count()
    sizes: list[int] = []
    while (kind := given.expect(_SIZES, _SUMS, _END)) != _END:
        if kind == _SIZES:
            sizes = [given.number() for _ in range(count)]
        else:
            given.sums(count)
    ends = list(accumulate(sizes, initial=place))
    return list(zip(ends, sizes, strict=False))


def _folders(given: _List) -> list[_Folder]:
    given.expect(_FOLDERS)
    count = given.count()
    given.expect(0)  # they lie here
    read = [_folder(given) for _ in range(count)]
    given.expect(_FOLDER_SIZES)
    for folder, coders in read:
        sizes = [given.number() for _ in range(coders)]
        folder.size = sizes[-1]
    folders = [folder for folder, _ in read]
    while (given.expect(_SUMS, _END)) != _END:
        for folder, each in zip(folders, given.sums(count), strict=True):
            folder.sum = each
    return folders


def _folder(given: _List) -> tuple[_Folder, int]:
    methods = []
    count = given.number()
    if not 0 < count <= _MOST_METHODS:
        raise _DamagedError
    for _ in range(count):
        flags = given.byte()
        if flags & 0x90:
            raise BadMemberError(
                "is packed by several methods at once, which is not read; pack it as .zip",
                cause=Cause.COMPRESSION,
            )
        name = given.take(flags & 15).hex()
        methods.append((name, given.take(given.number()) if flags & 0x20 else b""))
    for _ in range(2 * (count - 1)):
        given.number()  # which method comes after which
    return _Folder(methods), count


def _divide(given: _List, folders: list[_Folder]) -> None:
    """Read the sizes of the files in each folder; the last has what is left."""
    counts = [1] * len(folders)
    kind = given.expect(_COUNTS, _SIZES, _SUMS, _END)
    if kind == _COUNTS:
        counts = [given.count() for _ in folders]
        if sum(counts) > MAX_MEMBERS:
            raise BadMemberError(
                "holds more than {limit:,} files; split it", cause=Cause.TOO_LARGE, limit=MAX_MEMBERS
            )
        kind = given.expect(_SIZES, _SUMS, _END)
    for folder, count in zip(folders, counts, strict=True):
        if count > 1 and kind != _SIZES:
            raise _DamagedError
        folder.sizes = [given.number() for _ in range(count - 1)]
        folder.sizes += [folder.size - sum(folder.sizes)] * (count > 0)
        folder.sums = [folder.sum] * count if count == 1 else [None] * count
        if min(folder.sizes, default=0) < 0:
            raise _DamagedError
    if kind == _SIZES:
        kind = given.expect(_SUMS, _END)
    if kind == _SUMS:
        unknown = [folder for folder in folders if len(folder.sizes) != 1 or folder.sum is None]
        sums = iter(given.sums(sum(len(folder.sizes) for folder in unknown)))
        for folder in unknown:
            folder.sums = [next(sums) for _ in folder.sizes]
        given.expect(_END)
