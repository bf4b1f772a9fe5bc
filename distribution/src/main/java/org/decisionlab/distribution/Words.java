// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import java.util.function.Function;
import org.decisionlab.core.access.AccessFormat;
import org.decisionlab.simulator.cache.CacheSize;
import org.decisionlab.simulator.generate.Preset;
import org.decisionlab.simulator.policy.Eviction;
import org.decisionlab.simulator.replay.ReportFormat;
import picocli.CommandLine;
import picocli.CommandLine.TypeConversionException;

/** Turns words of the command line into the things they name; the refusal lists the known words. */
final class Words {

  private Words() {}

  /** Teaches a command line and its subcommands all words. */
  static CommandLine teach(CommandLine line) {
    teach(line, AccessFormat.class, AccessFormat::of);
    teach(line, Eviction.class, Eviction::of);
    teach(line, CacheSize.class, CacheSize::parse);
    teach(line, ReportFormat.class, ReportFormat::of);
    teach(line, Preset.class, Preset::of);
    return line;
  }

  private static <T> void teach(CommandLine line, Class<T> type, Function<String, T> naming) {
    line.registerConverter(
        type,
        word -> {
          try {
            return naming.apply(word);
          } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
          }
        });
  }
}
