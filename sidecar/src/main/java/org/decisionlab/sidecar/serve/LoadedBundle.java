// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.sidecar.serve;

import org.decisionlab.models.evaluate.Evaluator;
import org.decisionlab.sidecar.wire.TfaasParams;

record LoadedBundle(TfaasParams params, Evaluator evaluator) {}
