package io.virga.control.operator.home;

import java.util.List;

/** The processes that Virga itself is made of, in the order of their operations ports. */
public enum Service {
  CONTROL("control", "io.virga.control.Main"),
  OBJECTSTORE("objectstore", "io.virga.objectstore.Main"),
  BLOCKSTORE("blockstore", "io.virga.blockstore.Main"),
  NETAGENT("netagent", "io.virga.netagent.Main"),
  COMPUTE_AGENT("compute-agent", "io.virga.computeagent.Main");

  private final String title;
  private final String mainClass;

  Service(String title, String mainClass) {
    this.title = title;
    this.mainClass = mainClass;
  }

  /** What runs on every host. */
  public static final List<Service> OF_EACH_HOST = List.of(BLOCKSTORE, NETAGENT, COMPUTE_AGENT);

  /** The name of the service, its module, its settings file and its log. */
  public String title() {
    return title;
  }

  public String mainClass() {
    return mainClass;
  }
}
