"""``python -m ninefold``: the command line."""

from ninefold.cli.main import main

main()
