// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.export;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Why the array operations that cannot be exported cannot be. */
final class Refusals {

  private static final Map<String, String> REASONS = new TreeMap<>();

  static {
    because("it mixes rows of the batch", "all", "any", "none", "argMax()", "argMin()", "cumSum()");
    because("it mixes rows of the batch", "countNonzero()", "median()", "percentile(Number)");
    because("it mixes rows of the batch", "norm()", "norm(boolean)", "diagonal()", "diagonal(int)");
    because("it mixes rows of the batch", "trace()", "take", "getScalar", "get(NDArray)");
    because("it adds rows to the batch", "repeat(long)", "repeat(long[])", "repeat(Shape)");
    because("it adds rows to the batch", "tile(long)");
    because("how many numbers it gives depends on their values", "booleanMask", "nonzero");
    because("how many numbers it gives depends on their values", "unique");
    because("it makes complex numbers", "complex", "conj", "real", "fft", "fft2", "ifft", "ifft2");
    because("it makes complex numbers", "rfft", "irfft", "stft");
    because("the forms have no such function", "erfinv", "gammaln", "inverse");
    because("it writes into an array", "put", "scatter", "addi", "divi", "modi", "muli", "negi");
    because("it writes into an array", "powi", "signi", "subi", "rdivi", "rmodi", "rpowi", "rsubi");
    because("it is about bytes or storage", "decode", "toDense", "toSparse");
    because("it belongs to training", "getGradient", "scaleGradient");
    because("it draws random numbers", "randomBrightness", "randomColorJitter", "randomHue");
    because("it draws random numbers", "randomFlipLeftRight", "randomFlipTopBottom");
    because("it is a step of object detection", "multiBoxDetection", "multiBoxPrior");
    because("it is a step of object detection", "multiBoxTarget");
    because(
        "it prepares pictures, ahead of a model", "interpolation", "resize", "toTensor", "crop");
    because("it prepares pictures, ahead of a model", "normalize(float[],float[])");
    because("DJL's engine does not have it", "sequenceMask", "prelu", "tile(int,long)");
    because("DJL's engine does not have it", "deconvolution");
    because("DJL's engine does not have it", "tile(Shape)", "trace(int,int,int)", "trace(int)");
    because("DJL's engine does not have it", "asinh", "acosh", "atanh");
    because("DJL's engine does not have it", "oneHot(int,float,float,DataType)");
    because("it changes the type; take cumProd(int)", "cumProd(int,DataType)");
  }

  private Refusals() {}

  private static void because(String reason, String... operations) {
    for (String operation : operations) {
      REASONS.put(operation, reason);
    }
  }

  /** The reason why an operation is refused, by signature or by name; null when there is none. */
  static @Nullable String of(String signature) {
    String reason = REASONS.get(signature);
    return reason == null ? REASONS.get(signature.substring(0, signature.indexOf('('))) : reason;
  }

  /** All reasons, by name or signature of the operation. */
  static Map<String, String> all() {
    return Collections.unmodifiableMap(REASONS);
  }
}
