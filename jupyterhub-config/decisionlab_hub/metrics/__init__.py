# SPDX-License-Identifier: Apache-2.0
"""What hub, proxy, sidecar and token broker count, on one page for administrators and as one text for Prometheus."""
