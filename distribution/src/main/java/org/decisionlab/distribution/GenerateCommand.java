// SPDX-License-Identifier: Apache-2.0

package org.decisionlab.distribution;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.decisionlab.simulator.generate.GenerateRequest;
import org.decisionlab.simulator.generate.Preset;
import org.decisionlab.simulator.generate.Span;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lab generate}: writes a synthetic workload as XRootD collector JSON lines. */
@Command(
    name = "generate",
    description = {
      "Writes a synthetic workload as XRootD collector JSON lines, and tells on standard output, in"
          + " JSON, what was written. The same preset, days, rate and seed give the same records."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Lab.Version.class)
final class GenerateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--preset",
      required = true,
      paramLabel = "NAME",
      description =
          "it-2018-like, socal-like, or for teaching: frequency, recency, size-focused, random.")
  private Preset preset;

  @Option(
      names = "--days",
      defaultValue = "30",
      paramLabel = "N",
      description = "Days, from 2018-10-01 on (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--requests-per-day",
      defaultValue = "" + Span.DEFAULT_REQUESTS_PER_DAY,
      paramLabel = "N",
      description = "Mean number of openings per day (default: ${DEFAULT-VALUE}).")
  private int requestsPerDay;

  @Option(
      names = "--seed",
      defaultValue = "1",
      paramLabel = "N",
      description = "Seed of everything random (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FILE",
      description = "File to write; compressed when its name ends in .gz.")
  private Path out;

  @Override
  public Integer call() throws IOException {
    Span span;
    try {
      span = Span.ofDays(days, seed).withRequestsPerDay(requestsPerDay);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    GenerateRequest.Summary summary = new GenerateRequest(preset, span, out).run();
    JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    ObjectNode told = json.createObjectNode();
    told.put("out", summary.out().toString());
    told.put("records", summary.records());
    told.put("files", summary.files());
    told.put("bytes_asked", summary.bytesAsked());
    told.put("first", summary.first().toString());
    told.put("last", summary.last().toString());
    told.put("sha256", summary.sha256());
    spec.commandLine().getOut().println(json.writeValueAsString(told));
    return 0;
  }
}
