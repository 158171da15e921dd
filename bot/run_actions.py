"""Start the action server: the leaflets are read and proved before it answers its first call."""
import logging

from bot.light_tensorflow import without_tensorflow


def main() -> None:
    """Serve the actions; takes the arguments of `python -m rasa_sdk`, and SANIC_HOST for the address (`make serve` gives both)."""
    without_tensorflow()
    from rasa_sdk.__main__ import main_from_args
    from rasa_sdk.endpoint import create_argument_parser

    from bot.answers.desk import open_desk
    from bot.rasa_repairs import keep_words_out_of_logs

    logging.basicConfig(format="%(levelname)s %(message)s", level=logging.INFO)
    keep_words_out_of_logs()
    open_desk()
    main_from_args(create_argument_parser().parse_args())


if __name__ == "__main__":
    main()
