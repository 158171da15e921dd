"""Markdown to blocks, with its front matter; parsed by markdown-it, the CommonMark reference port."""
from typing import Any

import frontmatter
import yaml
from markdown_it import MarkdownIt

from bot.leaflets.blocks import Block, one_space


def blocks_from_markdown(text: str) -> tuple[list[Block], dict[str, Any]]:
    """The blocks of a Markdown leaflet and its front matter. Raises ValueError if the front matter is no mapping."""
    try:
        post = frontmatter.loads(text)
    except yaml.YAMLError as error:
        raise ValueError(f"its front matter is not valid YAML: {error}") from error
    blocks: list[Block] = []
    depth, kind, level = 0, "paragraph", 0
    for token in MarkdownIt("commonmark").parse(post.content):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            depth -= 1
        elif token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
        elif token.type == "paragraph_open":
            kind, level = ("bullet", depth - 1) if depth else ("paragraph", 0)
        elif token.type == "inline":
            words = one_space(_plain(token))
            if words:
                blocks.append(Block(kind, words, level))
    return blocks, dict(post.metadata)


def _plain(token: Any) -> str:
    """An inline token's words without emphasis marks; a link keeps its words, a line break becomes a space."""
    breaks = {"softbreak": " ", "hardbreak": " "}
    return "".join(breaks.get(child.type, child.content) for child in token.children or [])
