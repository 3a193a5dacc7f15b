package io.virga.benchmarks.house;

import java.util.List;

/** The modules of the project, by the names of their folders. */
final class Modules {
  static final List<String> ALL =
      List.of(
          "dataplane",
          "objectstore",
          "blockstore",
          "netagent",
          "compute-agent",
          "control",
          "benchmarks",
          "jmh");

  private Modules() {}
}
