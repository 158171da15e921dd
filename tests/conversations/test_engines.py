"""The tables of a store: there when they are needed, whatever happened to the file, and without traces of what was deleted."""
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Column, MetaData, String, Table, Text
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from bot.conversations.engines import Tables

_metadata = MetaData()
_words = Table("words", _metadata, Column("id", String(10), primary_key=True), Column("word", Text))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "new" / "words.db"


@pytest.fixture
def tables(file):
    return Tables(f"sqlite:///{file}", 1.0, _metadata)


def add(tables, id_, word="tea"):
    def added(connection):
        with connection.begin():
            connection.execute(_words.insert().values(id=id_, word=word))

    tables.work(added)


def ids(tables):
    return tables.work(lambda connection: list(connection.execute(_words.select().with_only_columns(_words.c.id)).scalars()))


def test_folder_and_tables_are_made_when_needed(tables, file):
    """Not before."""
    assert not file.exists()
    add(tables, "a")
    assert ids(tables) == ["a"]


def test_a_file_that_was_taken_away_is_made_again(tables, file):
    """At the second try at the latest; what was in it is gone."""
    add(tables, "a")
    for each in file.parent.iterdir():
        each.unlink()
    with pytest.raises(SQLAlchemyError):
        ids(tables)
    assert ids(tables) == []


def test_a_row_that_is_there_already_is_told_as_such(tables):
    """And the tables are not made again for it."""
    add(tables, "a")
    with pytest.raises(IntegrityError):
        add(tables, "a")
    assert ids(tables) == ["a"]


def test_several_at_once_make_them_once(file):
    """As workers do that start together."""
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda number: add(Tables(f"sqlite:///{file}", 5.0, _metadata), str(number)), range(6)))
    assert sorted(ids(Tables(f"sqlite:///{file}", 1.0, _metadata))) == [str(number) for number in range(6)]


def test_what_was_deleted_is_in_no_file_after_a_wipe(tables, file):
    """The journal holds it until then."""
    add(tables, "a", "marmalade")

    def delete(connection):
        with connection.begin():
            connection.execute(_words.delete())

    tables.work(delete)
    assert any(b"marmalade" in each.read_bytes() for each in file.parent.iterdir())
    tables.wipe()
    assert not any(b"marmalade" in each.read_bytes() for each in file.parent.iterdir())
