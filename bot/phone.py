"""A telephone call in the terminal: `make phone`. Talks to a running `make serve` over the JSON voice API, or starts one for the while.

SPEAK: a file; where espeak-ng is installed, all that the assistant says is spoken into it (WAV).
LINE: the line of data/phone.yml that is called.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
import wave
from pathlib import Path
from typing import Any, Optional

from bot.inputs import is_trained
from bot.language.noise import misheard
from bot.serve import Refusal, Service, Settings, check_leaflets, check_ports

_HELP = """Type what you say and press Enter. Press keys by typing 0 to 9, * or #. Enter alone is silence.
/mishear has one word in five mis-heard from now on, /unsure has the recogniser unsure of what it heard; each again turns it off.
/hangup or Ctrl-D ends the call."""
_MISHEARD = 0.2
_UNSURE = 0.3


class Line:
    """One call over the JSON voice API."""

    def __init__(self, url: str, line: Optional[str]) -> None:
        self._url, self._line, self._call, self._requests = url, line, f"terminal-{uuid.uuid4()}", 0

    def send(self, **told: Any) -> dict[str, Any]:
        """What the assistant answers. Raises OSError if it can't be reached."""
        self._requests += 1
        body = {"call": self._call, "request": str(self._requests), **({"line": self._line} if self._line else {}), **told}
        headers = {"Content-Type": "application/json"}
        if os.environ.get("REST_TOKEN"):
            headers["Authorization"] = f"Bearer {os.environ['REST_TOKEN']}"
        request = urllib.request.Request(self._url, json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=15) as response:
            return json.load(response)


class Caller:
    """Turns what is typed into what a front-end would send."""

    def __init__(self) -> None:
        self.mishears, self.unsure, self._said = False, False, 0

    def told(self, typed: str) -> Optional[dict[str, Any]]:
        """The request's own fields; None where the line only changes how well is heard."""
        if typed in ("/mishear", "/unsure"):
            self.mishears ^= typed == "/mishear"
            self.unsure ^= typed == "/unsure"
            print(f"[mis-hearing is {'on' if self.mishears else 'off'}, unsure hearing is {'on' if self.unsure else 'off'}]")
            return None
        if typed == "/hangup":
            return {"event": "hang_up"}
        if not typed.strip():
            return {"event": "silence"}
        if re.fullmatch(r"[0-9*#]+", typed.strip()):
            return {"keys": typed.strip()}
        self._said += 1
        heard = misheard(typed, self._said, _MISHEARD) if self.mishears else typed
        if heard != typed:
            print(f"[heard: {heard}]")
        return {"utterance": heard, **({"confidence": _UNSURE} if self.unsure else {})}


class Voice:
    """Speaks into a file with espeak-ng, one turn after another with a second between."""

    def __init__(self, file: Path) -> None:
        self._program = shutil.which("espeak-ng")
        if not self._program:
            raise Refusal("SPEAK needs the program espeak-ng, which is not installed (Debian: apt install espeak-ng)")
        self._file, self._frames, self._parameters = file, b"", None

    def speak(self, ssml: str, language: str) -> None:
        """Add what `ssml` says to the file."""
        with tempfile.TemporaryDirectory() as folder:
            spoken = Path(folder) / "turn.wav"
            subprocess.run([self._program, "-v", language.lower(), "-m", "-w", str(spoken)], input=ssml.encode(), check=True)
            with wave.open(str(spoken)) as turn:
                self._parameters = turn.getparams()
                self._frames += turn.readframes(turn.getnframes()) + b"\0" * turn.getframerate() * turn.getsampwidth()
        with wave.open(str(self._file), "wb") as whole:
            whole.setparams(self._parameters)
            whole.writeframes(self._frames)


def converse(line: Line, voice: Optional[Voice]) -> None:
    """One call from the greeting to its end."""
    print(_HELP, flush=True)
    caller, told = Caller(), {"event": "start"}
    while True:
        if told is not None:
            began = time.monotonic()
            answer = line.send(**told)
            _show(answer, time.monotonic() - began)
            if voice and answer["text"]:
                voice.speak(answer["ssml"], answer["language"])
            if answer["next"] != "listen":
                print(f"[put through to {answer['transfer']}]" if answer["next"] == "transfer" else "[the call is over]")
                break
        try:
            told = caller.told(input("\nYou: "))
        except EOFError:
            print()
            told = {"event": "hang_up"}
    if told != {"event": "hang_up"}:
        line.send(event="hang_up")


def _show(answer: dict[str, Any], seconds: float) -> None:
    for segment in answer["say"]:
        mark = "“{}”" if segment["source"] == "quote" else "{}"
        print(f"\n{mark.format(segment['text'])}{'' if segment['interruptible'] else '  [can not be talked over]'}", end="")
    if answer["listen"]:
        print(f"\n[keys: {' '.join(answer['listen']['keys'])} · {1000 * seconds:.0f} ms]", flush=True)
    if answer["text_message"]:
        print(f"[text message: {' '.join(answer['text_message'])}]", flush=True)


def main() -> None:
    """Command line of `make phone`."""
    settings = Settings.from_environment(dict(os.environ))
    service = None
    try:
        voice = Voice(Path(os.environ["SPEAK"])) if os.environ.get("SPEAK") else None
        if not _answers(settings.port):
            check_ports(settings)
            check_leaflets(settings.leaflets)
            if not is_trained():
                raise Refusal("the assistant is not trained yet; run 'make train' first")
            print("Starting; this takes a few seconds.", flush=True)
            service = Service(settings)
            service.start()
        converse(Line(f"http://127.0.0.1:{settings.port}/webhooks/phone/call", os.environ.get("LINE") or None), voice)
    except (Refusal, OSError) as error:
        sys.exit(f"phone: {error}")
    except KeyboardInterrupt:
        print()
    finally:
        if service:
            service.stop()


def _answers(port: int) -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/webhooks/phone/", timeout=2).close()
        return True
    except (urllib.error.URLError, OSError):
        return False


if __name__ == "__main__":
    main()
