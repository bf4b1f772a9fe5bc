# SPDX-License-Identifier: Apache-2.0
"""`lab bench kernel`: the Java kernel beside ipykernel and the other Java kernels, driven by jupyter_client."""
