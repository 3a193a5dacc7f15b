package io.virga.objectstore.swift.object;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Texts between the parts of a body: nobody can guess one and put it into an object. */
final class Boundaries {

  private static final int BYTES = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private Boundaries() {}

  static String next() {
    byte[] bytes = new byte[BYTES];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
