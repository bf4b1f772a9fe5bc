# SPDX-License-Identifier: Apache-2.0
"""Measurements of the hub and its logins, with a lab that is started for them and ended after them."""
