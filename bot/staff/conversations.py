"""Delete or export a conversation: `python -m bot.staff.conversations export|delete ID`; in the databases of the running assistant."""
import argparse
import asyncio
import json
import sys
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.phone.store import CallStore
from bot.channels.web.store import StoreDown, TurnStore
from bot.conversations.audit import AuditError, note
from bot.conversations.database import Database
from bot.conversations.transcript import transcript
from bot.conversations.where import address, conversations, is_missing
from bot.light_tensorflow import without_tensorflow


def exported(database: Database, conversation: str) -> list[dict[str, Any]]:
    """What was said, oldest first, as `ConversationStore.export` gives it. Empty for an unknown conversation."""
    whole = database.whole(conversation)
    return transcript(event for _, text in (whole.rows if whole else ()) for event in json.loads(text))


def delete_everywhere(database: Database, conversation: str) -> None:
    """What was said, what the chat page has shown, the call and the alarm. Raises StoreDown or SQLAlchemyError where a database is away;
    what was said goes last, so that the same command can be given again."""
    alarms, web, calls = (address(setting, file) for setting, file in (("ALARM_STORE", "alarms.db"), ("WEB_STORE", "web.db"), ("CALL_STORE", "calls.db")))
    if not is_missing(web):
        asyncio.run(TurnStore(web, seconds=0).end(conversation))
    if not is_missing(calls):
        asyncio.run(CallStore(calls).forget(conversation))
    if not is_missing(alarms):
        without_tensorflow()  # the alarms know the screen, and that spaCy
        from bot.channels.alarms import AlarmStore

        AlarmStore(alarms).forget(conversation)
    database.delete(conversation)


def main() -> None:
    """Command line. Each use is noted in the audit trail before it is done."""
    parser = argparse.ArgumentParser(prog="python -m bot.staff.conversations", description="Delete or export a patient's conversation.")
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
            delete_everywhere(database, options.id)
            print("Deleted.")
    except AuditError as error:
        sys.exit(f"conversations: {error}")
    except StoreDown:
        sys.exit("conversations: not deleted: the database of what the chat page has shown does not answer; try again later")
    except SQLAlchemyError as error:
        sys.exit(f"conversations: the database does not answer ({error.__class__.__name__})")


if __name__ == "__main__":
    main()
