"""Text for people: tables, findings, trees of reasons. The only user of rich besides the progress bars."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text as Rich
from rich.tree import Tree

from ninefold.base.i18n import language, messages
from ninefold.model.findings import Finding, Reason
from ninefold.model.vocabulary import Severity, State

say = messages("cli")
_COLOURS = {
    Severity.CRITICAL: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}


def state_word(state: State) -> str:
    """The state of a check, in plain words."""
    words = {
        State.PASS: say("fine"),
        State.FAIL: say("to do"),
        State.UNDECIDED: say("undecided"),
        State.ERROR: say("error"),
        State.NOT_APPLICABLE: say("does not apply"),
    }
    return str(words[state])


def severity_word(severity: Severity) -> str:
    """The severity, in plain words."""
    words = {
        Severity.CRITICAL: say("critical"),
        Severity.HIGH: say("high"),
        Severity.MEDIUM: say("medium"),
        Severity.LOW: say("low"),
        Severity.INFO: say("info"),
    }
    return str(words[severity])


def console() -> Console:
    """Standard output; wide enough for tables in a pipe."""
    import sys

    return Console(file=sys.stdout, width=None if sys.stdout.isatty() else 140, highlight=False, soft_wrap=False)


def table(screen: Console, columns: Sequence[object], rows: Iterable[Sequence[object]], title: object = "") -> None:
    """A plain table; cells are data, never markup."""
    grid = Table(title=str(title) or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(str(column), overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Rich) else Rich(str(cell)) for cell in row))
    screen.print(grid)


MOST_OF_A_KIND = 3


def findings_table(screen: Console, findings: Iterable[Finding], most: int = MOST_OF_A_KIND) -> None:
    """Findings that a person should look at, a few of each kind; what is fine is not shown."""
    shown = [item for item in findings if item.state not in {State.PASS, State.NOT_APPLICABLE}]
    if not shown:
        return
    screen.print()
    kinds = Counter((item.rule, item.severity, item.state) for item in shown)
    seen: Counter[tuple[str, Severity, State]] = Counter()
    for item in shown:
        kind = (item.rule, item.severity, item.state)
        seen[kind] += 1
        if seen[kind] > most:
            if seen[kind] == kinds[kind]:
                rest = say(
                    "... and {n} more of this kind ({rule}); --all or --json shows them",
                    n=kinds[kind] - most,
                    rule=item.rule,
                )
                screen.print(Rich(f"         {rest}", style="dim"))
            continue
        line = Rich()
        line.append(f"{severity_word(item.severity):9}", style=_COLOURS[item.severity])
        if item.state is not State.FAIL:
            line.append(f"[{state_word(item.state)}] ")
        line.append(str(item.title))
        line.append(f"  {item.id}", style="dim")
        screen.print(line)
        if item.place:
            screen.print(Rich(f"         {item.place}", style="dim"))
        if item.advice:
            screen.print(Rich(f"         → {item.advice}"))


def reason_tree(reason: Reason) -> Tree:
    """An explanation, from the result down to the facts."""
    tree = Tree(_label(reason))
    for item in reason.because:
        tree.add(reason_tree(item))
    return tree


def _label(reason: Reason) -> Rich:
    line = Rich(str(reason.says))
    if reason.value is not None:
        line.append(f" = {reason.value}", style="bold")
    if reason.rule:
        line.append(f"  [{reason.rule}]", style="dim")
    if reason.place:
        line.append(f"  {reason.place}", style="dim")
    return line


def number(value: float) -> str:
    """A whole number as people of the language write it: 12,500 or 12.500."""
    text = f"{value:,.0f}"
    return text.replace(",", ".") if language() == "de" else text
