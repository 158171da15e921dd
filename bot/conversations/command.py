"""Delete or export a conversation: `python -m bot.conversations.command export|delete ID`; the database is CONVERSATION_STORE's."""
import argparse
import getpass
import json
import logging
import os
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.database import Database
from bot.conversations.transcript import transcript
from bot.inputs import ROOT


def exported(database: Database, conversation: str) -> list[dict[str, Any]]:
    """What was said, oldest first, as `ConversationStore.export` gives it. Empty for an unknown conversation."""
    whole = database.whole(conversation)
    return transcript(event for _, text in (whole.rows if whole else ()) for event in json.loads(text))


def main() -> None:
    """Command line. Each use is noted in the log with the login name, for the audit trail."""
    parser = argparse.ArgumentParser(prog="python -m bot.conversations.command", description="Delete or export a patient's conversation.")
    parser.add_argument("what", choices=("export", "delete"))
    parser.add_argument("id", help="the conversation's id")
    options = parser.parse_args()
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO)
    try:
        database = Database(os.environ.get("CONVERSATION_STORE") or f"sqlite:///{os.environ.get('VAR') or ROOT / 'var'}/conversations.db")
        if options.id not in database.ids():
            sys.exit(f"conversations: there is none with the id '{options.id}'")
        logging.info("%s of a conversation by %s", options.what, getpass.getuser())
        if options.what == "export":
            print(json.dumps(exported(database, options.id), indent=2, ensure_ascii=False))
        else:
            database.delete(options.id)
            print("Deleted.")
    except SQLAlchemyError as error:
        sys.exit(f"conversations: the database does not answer ({error.__class__.__name__})")


if __name__ == "__main__":
    main()
