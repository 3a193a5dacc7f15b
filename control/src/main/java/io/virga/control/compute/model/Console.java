package io.virga.control.compute.model;

import java.util.Arrays;
import java.util.Optional;

/** A console of a server that clients are joined to. */
public enum Console {
  SERIAL("serial", "serial"),
  VNC("vnc", "novnc");

  private final String protocol;
  private final String type;

  Console(String protocol, String type) {
    this.protocol = protocol;
    this.type = type;
  }

  /** Nova's word for how it is spoken to; also what the compute agent calls it. */
  public String protocol() {
    return protocol;
  }

  /** Nova's word for what it is opened with. */
  public String type() {
    return type;
  }

  /** The one that is so called; empty if there is none. */
  public static Optional<Console> of(String protocol, String type) {
    return Arrays.stream(values())
        .filter(one -> one.protocol.equals(protocol) && one.type.equals(type))
        .findFirst();
  }
}
