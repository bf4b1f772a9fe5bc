// SPDX-License-Identifier: Apache-2.0

/** What every client of HTTP needs beside the JDK's own. */
@NullMarked
package org.decisionlab.core.http;

import org.jspecify.annotations.NullMarked;
