# SPDX-License-Identifier: Apache-2.0
"""`lab bench sidecar`: sidecar, models and training beside their peers, everything in one run."""
