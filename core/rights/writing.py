"""Writing rights items to files, in the form in which the repository has them."""

import io
import textwrap
import zipfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any

import yaml

from core.rights.entries import Entry, Raw
from core.types import Language

WIDTH = 116  # of the repository's files
IN_ONE_LINE = ("situations", "facts")

FIRST_DAY = (1980, 1, 1, 0, 0, 0)
"""Of every file in the archive: the same texts make the same archive."""


class _Block(str):
    """Is written as lines below its field."""

    __slots__ = ()


class _Flow(list[Any]):
    """Is written within brackets."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists stand further in than the field that they belong to."""
        super().increase_indent(flow, indentless=False)


_Dumper.add_representer(
    _Block, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|")
)
_Dumper.add_representer(
    _Flow, lambda dumper, lines: dumper.represent_sequence("tag:yaml.org,2002:seq", lines, flow_style=True)
)


def file_text(raws: Iterable[Raw]) -> str:
    return "\n".join(_item_text(raw) for raw in raws)


def _item_text(raw: Raw) -> str:
    styled = dict(raw)
    styled["full"] = _Block(raw["full"])
    styled.update({field: _Flow(raw[field]) for field in IN_ONE_LINE if field in raw})
    # the list of this one item is indented by the dumper, too
    return textwrap.dedent(
        yaml.dump([styled], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    )


def paths(entries: Iterable[Entry]) -> Iterator[tuple[str, str]]:
    """Path below `locales/` and text of each file."""

    def place(entry: Entry) -> tuple[str, str]:
        return entry.country, entry.topic

    for (country, topic), group in groupby(sorted(entries, key=place), place):
        entries_of_file = list(group)
        for language in Language:
            text = file_text(entry.texts[language] for entry in entries_of_file)
            yield f"{language}/rights/{country}/{topic}.yml", text


def archive(entries: Iterable[Entry]) -> io.BytesIO:
    """A ZIP to unpack over the repository."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path, text in sorted(paths(entries)):
            member = zipfile.ZipInfo(f"locales/{path}", FIRST_DAY)
            member.external_attr = 0o644 << 16  # else it is unpacked as nobody's to read
            packed.writestr(member, text, zipfile.ZIP_DEFLATED)
    file.seek(0)
    return file
