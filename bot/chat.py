"""Talk to the assistant in the terminal: `make chat`. Talks to a running `make serve`, or starts one for the while."""
import json
import os
import sys
import urllib.error
import urllib.request
import uuid

from bot.inputs import is_trained
from bot.serve import LeafletCheck, Refusal, Service, Settings, check_ports


def ask(url: str, sender: str, text: str) -> list[str]:
    """The texts the assistant answers with. Raises OSError if it can't be reached."""
    body = json.dumps({"sender": sender, "message": text}).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as response:
        return [message["text"] for message in json.load(response) if "text" in message]


def converse(url: str) -> None:
    """Read lines until an empty end of input; print the answers."""
    sender = f"chat-{uuid.uuid4()}"
    print("Type your question and press Enter. Ctrl-D ends.", flush=True)
    while True:
        try:
            line = input("\nYou: ")
        except EOFError:
            print()
            return
        for text in ask(url, sender, line):
            print(f"\n{text}", flush=True)


def main() -> None:
    """Command line of `make chat`."""
    settings = Settings.from_environment(dict(os.environ))
    url = f"{settings.url}/webhooks/rest/webhook"
    service = None
    try:
        if not _answers(settings.url):
            check_ports(settings)
            LeafletCheck(settings.leaflets).result()
            if not is_trained():
                raise Refusal("the assistant is not trained yet; run 'make train' first")
            print("Starting; this takes a few seconds.", flush=True)
            service = Service(settings)
            service.begin()
            service.wait()
        converse(url)
    except Refusal as error:
        sys.exit(f"chat: {error}")
    except KeyboardInterrupt:
        print()
    finally:
        if service:
            service.stop()


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/webhooks/rest/", timeout=2).close()
        return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
