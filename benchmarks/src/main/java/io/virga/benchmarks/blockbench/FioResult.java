package io.virga.benchmarks.blockbench;

import io.virga.dataplane.json.Json;
import tools.jackson.databind.JsonNode;

/**
 * What fio has to say of one job.
 *
 * @param operations how many ended
 * @param perSecond how many a second
 * @param p99Micros 99 of 100 took no longer
 * @param idlePercent how much of its core fio had left
 */
public record FioResult(long operations, double perSecond, double p99Micros, double idlePercent) {

  /** From the output of {@code --output-format=json}. */
  static FioResult parse(String output, boolean reads) {
    // Warnings come before the JSON.
    JsonNode job = Json.read(output.substring(output.indexOf('{')), JsonNode.class).at("/jobs/0");
    JsonNode side = job.get(reads ? "read" : "write");
    if (job.get("error").asInt() != 0) {
      throw new IllegalStateException("fio ended with error " + job.get("error").asInt());
    }
    return new FioResult(
        side.get("total_ios").asLong(),
        side.get("iops").asDouble(),
        side.at("/clat_ns/percentile/99.000000").asDouble() / 1000,
        Math.max(0, 100 - job.get("usr_cpu").asDouble() - job.get("sys_cpu").asDouble()));
  }
}
