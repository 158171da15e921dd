"""One small driver for each channel: carries a story's words to the assistant and brings back what the patient gets."""
from typing import Protocol

from bot.staff.stories.drivers.line import Line
from bot.staff.stories.drivers.phone import PhoneConversation
from bot.staff.stories.drivers.rest import RestConversation
from bot.staff.stories.heard import Heard
from bot.staff.stories.script import Step, Story


class Conversation(Protocol):
    """A story's way to the assistant. `over` says in words which way that is."""

    over: str

    def take(self, step: Step) -> Heard:
        """What comes when the patient does what `step` says. A failure of the line is a Heard that tells it, not an error."""
        ...


def open_conversation(story: Story, line: Line) -> Conversation:
    """Over the story's own channel where the assistant has it, else over REST with the channel named."""
    if story.channel == "phone" and "phone" in line.channels:
        return PhoneConversation(line, story)
    # what a page shows is read from the page; the same turn as data lies in the assistant's own folder
    if story.channel == "web" and "web" in line.channels and line.var is not None:
        from bot.staff.stories.drivers.web import WebConversation  # brings the page's own store along

        return WebConversation(line, story)
    return RestConversation(line, story)
