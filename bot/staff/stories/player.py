"""Plays stories against a running assistant, several at once, and notes what was said, expected and heard."""
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterable, Iterator

from bot.staff.stories.drivers import Conversation
from bot.staff.stories.expectations import Moment
from bot.staff.stories.known import Known
from bot.staff.stories.proof import always
from bot.staff.stories.record import Told, Turned
from bot.staff.stories.script import Story

Opens = Callable[[Story], Conversation]


def play(story: Story, open_conversation: Opens, known: Known) -> Told:
    """The story as it went. Every step is played, even after one went wrong, so that one run shows all."""
    conversation, before, turns = open_conversation(story), None, []
    for step in story.steps:
        heard = conversation.take(step)
        moment = Moment(heard, before, known)
        problems = list(always(moment, step.expected))
        if not heard.wrong:
            problems += [found for expectation in step.expected if (found := expectation.problem(moment))]
        turns.append(Turned.from_step(step, heard, problems))
        before = heard
    return Told.from_story(story, turns, conversation.over)


def play_all(stories: Iterable[Story], open_conversation: Opens, known: Known, at_once: int) -> Iterator[Told]:
    """All stories in their order, up to `at_once` at a time."""
    with ThreadPoolExecutor(max_workers=at_once) as pool:
        yield from pool.map(lambda story: play(story, open_conversation, known), stories)
