/** The protobuf wire format: a small writer and a bounded reader, without generated classes. */
@NullMarked
package org.decisionlab.models.proto;

import org.jspecify.annotations.NullMarked;
