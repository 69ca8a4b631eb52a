"""How a command reads a source: the argument and the options that every command which reads one takes alike."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Concatenate, ParamSpec

import typer

from samekey.sources.join_options import JoinOptions
from samekey.sources.options import SourceOptions

Rest = ParamSpec("Rest")


@dataclass(frozen=True)
class Reading:
    """Which source, and how it is to be read."""

    source: str
    """Its address."""
    source_format: str | None
    """Where recognition is wrong."""
    options: SourceOptions

    def again(self) -> list[str]:
        """The options that the next command needs to read the source in the same way."""
        return [*(["--source-format", self.source_format] if self.source_format else []), *self.options.as_words()]


def _reading(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A path, - for standard input, or a URL.")],
    source_format: Annotated[
        str | None,
        typer.Option(
            "--source-format",
            help="json, ndjson, csv, ldif, sql, excel, parquet or sqlite, where recognition is wrong.",
        ),
    ] = None,
    encoding: Annotated[
        str, typer.Option("--encoding", metavar="NAME", help="Encoding of the source, where it is not UTF-8 or UTF-16.")
    ] = "",
    delimiter: Annotated[
        str, typer.Option("--delimiter", metavar="CHARACTER", help="What stands between cells; tab for a tab.")
    ] = "",
    no_header: Annotated[
        bool, typer.Option("--no-header", help="The first row is a record: columns have no names.")
    ] = False,
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Where in a JSON object the users stand: users, data.users.")
    ] = "",
    table: Annotated[
        str,
        typer.Option("--table", metavar="NAME", help="The table of a database or dump, or the sheet of a workbook."),
    ] = "",
    query: Annotated[
        str, typer.Option("--query", metavar="SELECT", help="What to read from a database, in its SQL.")
    ] = "",
    join: Annotated[
        str, typer.Option("--join", metavar="SOURCE", help="A second source, with rows that belong to the records.")
    ] = "",
    join_table: Annotated[
        str, typer.Option("--join-table", metavar="NAME", help="Its table; without --join, another table of SOURCE.")
    ] = "",
    join_on: Annotated[
        str, typer.Option("--join-on", metavar="OWN=THEIRS", help="The key on both sides: id=user_id.")
    ] = "",
    join_as: Annotated[
        str, typer.Option("--join-as", metavar="NAME", help="Put the row under this name, not beside the fields.")
    ] = "",
    join_rows: Annotated[
        str,
        typer.Option(
            "--join-rows",
            metavar="HOW",
            help="A record has many rows: list gathers them, meta_key=meta_value makes an object of them.",
        ),
    ] = "",
) -> Reading:
    """What a person said about the source, checked."""
    options = SourceOptions(
        encoding=encoding,
        delimiter=delimiter,
        header=not no_header,
        key=key,
        table=table,
        query=query,
        join=JoinOptions.said(source=join, table=join_table, on=join_on, name=join_as, rows=join_rows),
    )
    return Reading(source, source_format, options)


def reads_a_source(command: Callable[Concatenate[Reading, Rest], None]) -> Callable[..., None]:
    """Give a command the options of `_reading`, and it a `Reading` in their place.

    Args:
        command: its first parameter is the reading.

    Returns:
        The same command as the parser of the command line should see it: the source first, its options last.

    """
    reading = inspect.signature(_reading).parameters
    own = list(inspect.signature(command).parameters.values())[1:]

    @functools.wraps(command)
    def with_reading(**given: object) -> None:
        read = _reading(**{name: given.pop(name) for name in reading})  # type: ignore[arg-type]  # the parser's values
        command(read, **given)  # type: ignore[arg-type, call-arg]  # as above

    first, *others = reading.values()
    parameters = [each.replace(kind=inspect.Parameter.KEYWORD_ONLY) for each in (first, *own, *others)]
    with_reading.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # what inspect looks at
    with_reading.__annotations__ = {each.name: each.annotation for each in parameters}
    del with_reading.__wrapped__
    return with_reading
