"""Read a YAML file that people keep by hand: every mistake is reported with file, line and key.

The one module every room may import; it knows YAML and nothing of leaflets, language or safety (docs/adr/0002).
"""
import json
import re
from pathlib import Path
from typing import Any, Collection, Hashable

import yaml


class YamlError(Exception):
    """A mistake in a hand-kept YAML file: says which file, which line, what was found and what was expected."""

    def __init__(self, file: Path | str, line: int | None, reason: str) -> None:
        self.file, self.line, self.reason = str(file), line, reason
        super().__init__(f"{self.file}:{line}: {reason}" if line else f"{self.file}: {reason}")


class Lined(dict):
    """A mapping that remembers the line it starts at (`line`) and the line of each key (`lines`), counted from 1."""

    line: int = 0
    lines: dict[str, int] = {}


class _Loader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    """Safe YAML; refuses a key given twice, which plain YAML silently overwrites."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> Lined:
    loader.flatten_mapping(node)
    result, result_lines = Lined(), {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        line = key_node.start_mark.line + 1
        if not isinstance(key, Hashable):
            raise YamlError(loader.file, line, f"a key has the value {key!r}; expected a word")
        if key in result:
            raise YamlError(loader.file, line, f"'{key}' stands here a second time (first in line {result_lines[key]})")
        result[key], result_lines[key] = loader.construct_object(value_node, deep=True), line
    result.line, result.lines = node.start_mark.line + 1, result_lines
    return result


# what JSON leaves as it is, and YAML takes for the end of a line or refuses
_NOT_PLAIN = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffe\uffff]")


def quoted(text: str) -> str:
    """`text` between quotation marks, so that it is read back as it is, whatever is in it."""
    return _NOT_PLAIN.sub(lambda found: f"\\u{ord(found.group(0)):04x}", json.dumps(text, ensure_ascii=False))


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


_DEEPEST = 100
# what can begin a level: a bracket, one list or key in another on the same line, or very deep indentation
_OPENS = re.compile(r"[\[{]|[-?:] +(?=[-?] )|^ {100,}(?! )", re.M)


class _TextLoader(_Loader):
    """Takes every plain value for text: an unquoted yes stays the word "yes", and 2 stays "2"."""


_TextLoader.yaml_implicit_resolvers = {}


def read_yaml(file: Path, as_text: bool = False) -> Any:
    """The content of `file`, mappings as `Lined`; with `as_text` every value is a string, an empty one "".

    Raises YamlError if it can't be read or has a key twice.
    """
    try:
        text = Path(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise YamlError(file, None, f"can't be read ({error.__class__.__name__})") from error
    try:
        return _content(text, file, _TextLoader if as_text else _Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        raise YamlError(file, line, f"not valid YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        raise YamlError(file, None, f"has the unprintable sign {error.character!r}; expected plain text") from error
    except (ValueError, RecursionError) as error:  # a date that is none, or very deep nesting
        raise YamlError(file, None, f"not valid YAML: {error}") from error


def _content(text: str, file: Path | str, kind: type[_Loader]) -> Any:
    _refuse_what_is_too_deep(text, file)
    loader = kind(text)
    loader.file = file
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def _refuse_what_is_too_deep(text: str, file: Path | str) -> None:
    """Very deep nesting ends the whole process: PyYAML calls itself for each level, in C. Its events come without that."""
    if len(_OPENS.findall(text)) <= _DEEPEST:
        return
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise YamlError(file, event.start_mark.line + 1, f"nested more than {_DEEPEST} deep; expected a few levels")


def check_keys(file: Path, entry: Any, name: str, required: Collection[str], optional: Collection[str] = ()) -> Lined:
    """`entry` as a mapping with all `required` keys and none beyond `required` and `optional`; else YamlError."""
    if not isinstance(entry, Lined):
        raise YamlError(file, None, f"'{name}' should be a list of keys and values, but is {entry!r}")
    for key in entry:
        if key not in required and key not in optional:
            allowed = ", ".join([*required, *optional])
            raise YamlError(file, entry.lines[key], f"'{name}' has the unknown key '{key}'; allowed are: {allowed}")
    for key in required:
        if key not in entry:
            raise YamlError(file, entry.line, f"'{name}' lacks the key '{key}'")
    return entry
