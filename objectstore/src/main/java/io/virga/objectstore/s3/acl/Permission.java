package io.virga.objectstore.s3.acl;

import java.util.Arrays;
import java.util.Optional;

/** What a grant allows, named as on the wire. */
public enum Permission {
  READ("x-amz-grant-read"),
  WRITE("x-amz-grant-write"),
  READ_ACP("x-amz-grant-read-acp"),
  WRITE_ACP("x-amz-grant-write-acp"),
  FULL_CONTROL("x-amz-grant-full-control");

  private final String header;

  Permission(String header) {
    this.header = header;
  }

  /** The header that grants it. */
  String header() {
    return header;
  }

  static Optional<Permission> of(String name) {
    return Arrays.stream(values()).filter(p -> p.name().equals(name)).findFirst();
  }

  boolean covers(Permission other) {
    return this == FULL_CONTROL || this == other;
  }

  boolean isReading() {
    return this == READ || this == READ_ACP;
  }
}
