# SPDX-License-Identifier: Apache-2.0
"""The hub's configuration file, as JupyterHub's own loader reads it; all of it is in `decisionlab_hub.settings`."""

import os

from decisionlab_hub.settings import HubSettings, configure

configure(get_config(), HubSettings.of(os.environ))  # noqa: F821 - put here by traitlets
