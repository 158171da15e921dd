"""Delete or export a conversation: `python -m bot.conversations.command export|delete ID`; the database is CONVERSATION_STORE's."""
import argparse
import json
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.conversations.audit import AuditError, note
from bot.conversations.database import Database
from bot.conversations.transcript import transcript
from bot.conversations.where import conversations


def exported(database: Database, conversation: str) -> list[dict[str, Any]]:
    """What was said, oldest first, as `ConversationStore.export` gives it. Empty for an unknown conversation."""
    whole = database.whole(conversation)
    return transcript(event for _, text in (whole.rows if whole else ()) for event in json.loads(text))


def main() -> None:
    """Command line. Each use is noted in the audit trail before it is done."""
    parser = argparse.ArgumentParser(prog="python -m bot.conversations.command", description="Delete or export a patient's conversation.")
    parser.add_argument("what", choices=("export", "delete"))
    parser.add_argument("id", help="the conversation's id")
    options = parser.parse_args()
    try:
        database = Database(conversations())
        if options.id not in database.ids():
            sys.exit(f"conversations: there is none with the id '{options.id}'")
        note(options.what, options.id)
        if options.what == "export":
            print(json.dumps(exported(database, options.id), indent=2, ensure_ascii=False))
        else:
            database.delete(options.id)
            print("Deleted.")
    except AuditError as error:
        sys.exit(f"conversations: {error}")
    except SQLAlchemyError as error:
        sys.exit(f"conversations: the database does not answer ({error.__class__.__name__})")


if __name__ == "__main__":
    main()
