"""law, programme, standards: what is asked for."""

from __future__ import annotations

from typing import Any

import click

from ninefold.cli.door import Answer, Door, WordsGroup, command, say

standards = WordsGroup("standards", help="Look up requirements of standards and law.")


@command("show", example='ninefold standards show "SR 1.1"', schema="ninefold.standards/1")
@click.argument("identifier", nargs=-1, required=True)
def show(door: Door, identifier: tuple[str, ...]) -> Answer:
    """Show a requirement and everything it is linked with, in both directions."""
    from ninefold.base.i18n import language
    from ninefold.standards import catalogue

    found = catalogue.show(" ".join(identifier))

    def text(screen: Any) -> None:
        from ninefold.cli.render import table

        lang = language()
        for entry in found["entries"]:
            title = entry["title"].get(lang) or entry["title"]["en"]
            screen.print(f"{entry['standard']} {entry['id']}: {title}", style="bold", markup=False)
            facts = ", ".join(f"{key} {value}" for key, value in entry["facts"].items() if value)
            screen.print(f"{entry['edition']}; {facts}", markup=False)
            if entry["doubt"]:
                screen.print(str(say("Doubt: {doubt}", doubt=entry["doubt"])), markup=False)
            rows = [
                (link["relation"], link["standard"], link["id"], link["title"].get(lang) or link["title"]["en"])
                for link in entry["links"]
            ]
            if rows:
                table(screen, (say("Relation"), say("Standard"), say("Id"), say("Title")), rows)

    return Answer(found, text)


standards.add_command(show)


law = WordsGroup("law", help="Which acts apply, what they ask, by when.")
programme = WordsGroup("programme", help="Programmes of IEC 62443-2-1, 2-4 and 4-1.")
