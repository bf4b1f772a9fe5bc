// SPDX-License-Identifier: Apache-2.0

/** Java records as rows of Spark. Start at {@link org.decisionlab.data.record.Records}. */
@NullMarked
package org.decisionlab.data.record;

import org.jspecify.annotations.NullMarked;
