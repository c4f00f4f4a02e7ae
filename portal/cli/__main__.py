"""`python -m portal.cli`: the same as `portal`."""

from . import main

main()
