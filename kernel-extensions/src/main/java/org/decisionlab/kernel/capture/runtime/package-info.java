// SPDX-License-Identifier: Apache-2.0

/**
 * What the byte code of cells calls, on the driver and on executors. These classes travel with the
 * cells and know nothing but the JDK.
 */
@NullMarked
package org.decisionlab.kernel.capture.runtime;

import org.jspecify.annotations.NullMarked;
