// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.training.environment;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** The machine. */
final class Hardware {

  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Hardware() {}

  /** Facts by name, with the device that computes. */
  static Map<String, String> with(String device) {
    return Map.of(
        "device", device,
        "processor", processor(),
        "cores", String.valueOf(Runtime.getRuntime().availableProcessors()),
        "memory", memory(),
        "system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
  }

  private static String processor() {
    if (Files.isReadable(PROCESSORS)) {
      try (Stream<String> lines = Files.lines(PROCESSORS)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElseGet(Hardware::architecture);
      } catch (IOException e) {
        return architecture();
      }
    }
    return architecture();
  }

  private static String architecture() {
    return System.getProperty("os.arch");
  }

  private static String memory() {
    var system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    return String.format(
        Locale.ROOT, "%.1f GiB", system.getTotalMemorySize() / (double) (1L << 30));
  }
}
