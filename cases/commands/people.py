"""`patuh people`: on PostgreSQL, the run file's people put into the database by its owner."""

import typer

from cases.commands.options import RUN_FILE, Config, Lang, Store, output, setting_of
from cases.exit_codes import ExitCode
from rules.errors import Message, UsageError

app = typer.Typer(help="Let the people of the run file into a PostgreSQL store.")


@app.callback()
def _people() -> None:
    """Let the people of the run file into a PostgreSQL store."""


@app.command("apply")
def apply(context: typer.Context, config: Config = RUN_FILE, store: Store = None, lang: Lang = None) -> ExitCode:
    """Put people, roles and regions into the database and grant their logins; done again after every change."""
    from cases.access.logins import apply_people
    from cases.commands.reading import open_reading
    from rules.store_url import is_postgresql

    reading = open_reading(config, store, lang, setting_of(context).today())
    people = reading.configuration.people
    if people is None or not is_postgresql(reading.store):
        raise UsageError(
            Message("there is nothing to put into {store}", store=reading.store),
            Message("only a PostgreSQL store holds people of its own, and rules.yaml has to name them"),
            Message("write people: in rules.yaml (docs/people.md), and name the store by its postgresql:// URL"),
        )
    left, wording = apply_people(reading.store, people.values()), reading.wording
    console = output(Message("the people are in the database, and that stands"))
    told = wording.plural("{count} person is let in", "{count} people are let in", len(people))
    console.print(told, highlight=False)
    if left:
        console.print(wording.say("Left for the administrator of the database:"), highlight=False)
        console.print("\n".join(f"{statement};" for statement in left), highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE
