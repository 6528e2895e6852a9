"""Markdown from people, as plain text: for those who read their mail so."""

from collections.abc import Sequence

from markdown_it.token import Token

from campaign.lib.markup import MARKDOWN

#: Before each line of a quotation.
_QUOTED = "> "
#: What begins a new paragraph of plain text.
_BLOCKS = {"heading_open", "paragraph_open", "fence", "hr"}


def plain(text: str) -> str:
    """The text with its links written out and without marks; lists and quotations keep theirs."""
    writer = _Writer()
    for token in MARKDOWN.parse(text):
        writer.take(token)
    return writer.told.strip()


class _Writer:
    def __init__(self) -> None:
        self.told = ""
        #: What each enclosing list or quotation puts before the next line.
        self.marks: list[str] = []
        #: Whether the lines of a list follow each other without a gap.
        self.is_tight = False

    def take(self, token: Token) -> None:
        """Write what this piece of the text says."""
        self._step_in_or_out(token)
        if token.type in _BLOCKS:
            self.told += "\n" if self.is_tight and token.hidden else "\n\n"
            self.is_tight = token.hidden
        words = "* * *" if token.type == "hr" else _words(token.children or [token])
        if words:
            after = "".join(map(_on_the_next_line, self.marks))
            self.told += "".join(self.marks) + words.rstrip("\n").replace("\n", f"\n{after}")
            self.marks = [_on_the_next_line(mark) for mark in self.marks]

    def _step_in_or_out(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self.marks.append("")
        elif token.type == "blockquote_open":
            self.marks.append(_QUOTED)
        elif token.type == "list_item_open":
            self.marks[-1] = f"{token.info}. " if token.info else "- "
        elif token.type in ("bullet_list_close", "ordered_list_close", "blockquote_close"):
            self.marks.pop()
            self.is_tight = self.is_tight and bool(self.marks)


def _words(tokens: Sequence[Token]) -> str:
    words, link, begun = "", "", 0
    for token in tokens:
        if token.type == "link_open":
            link, begun = str(token.attrs["href"]), len(words)
        elif token.type == "link_close":
            words += "" if words[begun:] == link else f" <{link}>"
        elif token.type in ("softbreak", "hardbreak"):
            words += "\n"
        else:
            words += token.content
    return words


def _on_the_next_line(mark: str) -> str:
    return mark if mark == _QUOTED else " " * len(mark)
