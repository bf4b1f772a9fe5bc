# SPDX-License-Identifier: Apache-2.0
"""How users log in at the hub with accounts of an OpenID Connect provider (INDIGO IAM, or its simulator)."""
