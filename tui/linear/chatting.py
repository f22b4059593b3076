"""Writing and reading."""

from __future__ import annotations

from tui.linear import answers
from tui.linear.desk import Deeds, numbered
from tui.linear.lines import Line, item, named
from tui.model import Person
from tui.widgets import links


class Saying(Deeds):
    """A message on its way, and what happens to one that names its writer."""

    async def send(self, text: str, *, to: Person | None = None, knowingly: bool = False) -> None:
        """Send a message to everybody or to one person; that it was sent is told when it was."""
        controller, key = self.desk.controller, to.key if to else ""
        refusal = await controller.say(text, to=key, knowingly=knowingly)
        if not refusal:
            self.answer(f"Sent to {named(to.name)} alone." if to else "Sent to everybody.")
            return
        self.answer(refusal)
        struck = controller.strike(text)
        if struck == text:
            return
        self.desk.tell(item(f"Without it: {struck}"))
        question = "Send it without? yes, no, or knowingly, which sends it as you wrote it, this once"
        answer = await self.desk.ask(question, "yes", "no", "knowingly")
        if answer in ("yes", "knowingly"):
            as_it_is = answer == "knowingly"
            await self.send(text if as_it_is else struck, to=to, knowingly=as_it_is)
        else:
            self.answer("Not sent.")


class ChatDeeds(Deeds):
    """The chat."""

    def __init__(self, saying: Saying) -> None:
        super().__init__(saying.desk)
        self._saying = saying

    async def say(self, text: str) -> None:
        """Write to everybody."""
        await self._saying.send(text)

    async def chat(self, typed: str) -> None:
        """The newest messages, or those that were sought."""
        lines = answers.chat(self.desk.notes.chat, typed)
        if lines is None:
            self.answer("It is: chat, chat NUMBER, or chat find WORDS. To write to everybody, begin with say.")
        else:
            self.desk.tell(*lines)

    async def links(self, _: str) -> None:
        """The links in the chat, the newest first."""
        found = links.of_all(line.text for line in reversed(self.desk.notes.chat))
        self.desk.notes.links = found
        self.answer(
            "open NUMBER opens one outside incog, and asks first." if found else "There is no link in the chat."
        )
        for number, url in enumerate(found, 1):
            self.desk.tell(item(f"{number}. leads to {_leads(url)}"), Line(_url(url), whole=True))

    async def open(self, typed: str) -> None:
        """Open one outside, after a question."""
        index = numbered(typed, len(self.desk.notes.links))
        if index is None:
            self.answer("There is no link of that number; links lists them.")
            return
        url = self.desk.notes.links[index]
        self.answer(
            f"It leads to {_leads(url)}. Whoever runs that place learns your address, and your browser is not incog."
        )
        for doubt in doubts(url):
            self.desk.tell(Line(doubt, "warning"))
        if await self.sure("Open it in your browser? yes or no"):
            self.answer(
                await self.desk.controller.open_link(url) or "The link was handed to your browser, outside incog."
            )
        else:
            self.answer("Not opened.")


def doubts(url: str) -> tuple[str, ...]:
    """What a person should look at in a link, each a sentence."""
    to = links.target(url)
    return to.doubts if to else ()


def _leads(url: str) -> str:
    to = links.target(url)
    return to.host if to else "nowhere"


def _url(url: str) -> str:
    to = links.target(url)
    return to.url if to else ""
