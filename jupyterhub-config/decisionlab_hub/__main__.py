# SPDX-License-Identifier: Apache-2.0
"""`python3 -m decisionlab_hub COMMAND ...`, started by the script `lab`."""

import sys

from decisionlab_hub.cli import main

sys.exit(main(sys.argv[1:]))
