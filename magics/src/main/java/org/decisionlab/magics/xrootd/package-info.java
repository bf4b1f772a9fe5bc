// SPDX-License-Identifier: Apache-2.0

/** {@code %xrootd}: files of storage elements, over HTTP with WebDAV or over XRootD's protocol. */
@NullMarked
package org.decisionlab.magics.xrootd;

import org.jspecify.annotations.NullMarked;
