/** A client in TFaaS's own words, for our sidecar and for the original server. */
@NullMarked
package org.decisionlab.models.tfaas;

import org.jspecify.annotations.NullMarked;
