# SPDX-License-Identifier: Apache-2.0
"""How the user's server proves to Spark's pages that it asks; the kernel's side is PagesDoorTest."""

from __future__ import annotations

from decisionlab_hub.spark_pages import signed


def test_a_request_is_signed_as_the_kernel_expects_it():
    """The same key, time, port and header as in PagesDoorTest."""
    header = signed(bytes(range(32)), 4040, 1700000000)
    assert header == "1700000000 1f78361c30aae506053b9a7ffa536bc69c2f4b2e1768cdef1ceada9aa9a3dfe0"
