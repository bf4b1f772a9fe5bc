# SPDX-License-Identifier: Apache-2.0
"""The hub of Decision Lab and everything the script `lab` does beyond installing packages.

All modules but `settings`, `notebook_run` and their like use the standard library only: they run under the system's Python
before the virtual environment exists.
"""
