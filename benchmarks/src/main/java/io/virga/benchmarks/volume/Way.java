package io.virga.benchmarks.volume;

/** How a client reaches a block server. */
public enum Way {
  UNIX("unix"),
  TCP("TCP");

  private final String label;

  Way(String label) {
    this.label = label;
  }

  /** As it is called in tables. */
  public String label() {
    return label;
  }
}
