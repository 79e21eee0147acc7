"""`python -m trailviz` is `trailviz`."""

import sys

from trailviz.cli import main

sys.exit(main())
