"""Train the assistant: `make train`. Says in plain words what it does; a mistake in a file is one sentence and a non-zero exit."""
import contextlib
import io
import logging
import os
import sys
import time
import warnings
from typing import Iterator

from bot.light_tensorflow import defer_unused_imports, use_light_tensorflow

_ALL_MESSAGES = 60_000  # with their noisy versions: each vector is computed once in a training


def train() -> None:
    """Train and keep the model. Raises YamlError, or SystemExit with the reason."""
    use_light_tensorflow()
    defer_unused_imports()
    _quieten()
    from bot.inputs import MODEL, MODELS, ROOT, fingerprint, mark_trained, remove_changed_files
    from bot.language.training import read_examples, trained_follow_ups, trained_reader, trained_several
    from bot.language.vectors import load_encoder
    from bot.safety.signs import read_sign_book
    from bot.safety.watch import open_watch

    began = time.monotonic()
    remove_changed_files()
    made_from = fingerprint()  # before, so that a file changed meanwhile is trained on the next time
    _say("Checking the files of warning signs.")
    read_sign_book()
    _say("1 of 4: building the sentence encoder (once on each machine).")
    load_encoder().remember(_ALL_MESSAGES)
    examples = read_examples()
    _say(f"2 of 4: learning from {len(examples)} messages what patients ask; some minutes.")
    reader = trained_reader(examples)
    trained_follow_ups(*reader, examples)
    trained_several(*reader, examples)
    _say("3 of 4: learning what warning signs sound like; some minutes.")
    open_watch(examples)
    _say("4 of 4: putting the dialogue together.")
    os.chdir(ROOT)
    from rasa.model_training import train as rasa_train

    with _unheard() as heard:
        result = rasa_train(domain="domain.yml", config="config.yml", training_files=["data/nlu", "data/rules", "data/stories"], output=str(MODELS), fixed_model_name=MODEL.name, force_training=True)
    if result.code != 0 or not MODEL.exists():
        print(heard.getvalue(), file=sys.stderr)
        raise SystemExit("train: Rasa could not put the model together; 'rasa data validate' says more")
    mark_trained(made_from)
    _say(f"Trained in {time.monotonic() - began:.0f} seconds.")


@contextlib.contextmanager
def _unheard() -> Iterator[io.StringIO]:
    """Keep what Rasa prints meanwhile (hundreds of progress bars) from the terminal; it is shown only if the training fails."""
    heard = io.StringIO()
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        yield heard


def _say(text: str) -> None:
    print(text, flush=True)


def _quieten() -> None:
    """Rasa's training reports every step to engineers; staff get our own lines, and its errors."""
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.simplefilter("ignore")
    logging.getLogger("rasa").setLevel(logging.ERROR)
    logging.getLogger().setLevel(logging.ERROR)
    from rasa.utils.log_utils import configure_structlog

    configure_structlog(logging.ERROR)


def main() -> None:
    """Command line of `make train`."""
    from bot.inputs import is_trained

    if is_trained() and "--force" not in sys.argv:
        _say("Already trained from these files; nothing to do.")
        return
    try:
        train()
    except KeyboardInterrupt:
        sys.exit("train: stopped")
    except Exception as error:
        from bot.yaml_file import YamlError

        if not isinstance(error, YamlError):
            raise
        sys.exit(f"train: {error}")


if __name__ == "__main__":
    main()
