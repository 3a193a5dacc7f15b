package io.virga.benchmarks.blockbench;

import io.virga.dataplane.json.Json;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What fio prints of one job with {@code --output-format=json}. */
final class FioOutput {

  private FioOutput() {}

  static LoadResult parse(String output, boolean reads) {
    // Warnings come before the JSON.
    JsonNode job = Json.read(output.substring(output.indexOf('{')), JsonNode.class).at("/jobs/0");
    JsonNode side = job.get(reads ? "read" : "write");
    if (job.get("error").asInt() != 0) {
      throw new IllegalStateException("fio ended with error " + job.get("error").asInt());
    }
    return new LoadResult(
        side.get("total_ios").asLong(),
        side.get("iops").asDouble(),
        Optional.of(side.at("/clat_ns/percentile/99.000000").asDouble() / 1000),
        Math.max(0, 100 - job.get("usr_cpu").asDouble() - job.get("sys_cpu").asDouble()));
  }
}
