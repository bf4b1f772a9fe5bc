// SPDX-License-Identifier: Apache-2.0

/** The Jupyter protocol over ZeroMQ: connection file, signed messages, five sockets. */
@NullMarked
package org.decisionlab.kernel.channels;

import org.jspecify.annotations.NullMarked;
