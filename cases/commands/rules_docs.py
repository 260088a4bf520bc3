"""`patuh rules docs`: the whole catalogue as pages that need no server and no network."""

from pathlib import Path
from typing import Annotated

import typer

from cases.commands.options import RUN_FILE, Config, Lang, talk
from cases.exit_codes import ExitCode


def docs(
    into: Annotated[
        Path, typer.Option("--output", metavar="DIR", help="The folder of the pages; new, or of earlier ones.")
    ],
    config: Config = RUN_FILE,
    lang: Lang = None,
) -> ExitCode:
    """Write every rule, fact and parameter, routing, ladder and days off as pages in both languages."""
    from cases.commands.catalogue import open_catalogue
    from cases.rule_site.content import content_of
    from cases.rule_site.render import rendered
    from cases.rule_site.write import write_site
    from cases.wording import LANGUAGES, Wording

    catalogue = open_catalogue(config, lang)
    rules = catalogue.whole()
    wordings = {language: Wording(language) for language in LANGUAGES}
    contents = {
        language: content_of(rules, catalogue.book, catalogue.calendar, wording)
        for language, wording in wordings.items()
    }
    files = rendered(contents, wordings)
    write_site(files, into)
    told = catalogue.wording.plural("{count} file written", "{count} files written", len(files))
    opened = catalogue.wording.say("open {page}", page=into / "index.html")
    talk().print(f"{told}. {catalogue.wording.say('Next:')} {opened}", highlight=False, markup=False, soft_wrap=True)
    return ExitCode.DONE
