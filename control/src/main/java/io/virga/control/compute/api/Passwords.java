package io.virga.control.compute.api;

import io.virga.control.http.JsonBody;
import java.security.SecureRandom;
import java.util.stream.Collectors;

/** The passwords that clients find in answers; nobody keeps them. */
final class Passwords {

  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  private static final int LENGTH = 12;

  private Passwords() {}

  /** {@code adminPass} as it was sent, or a new one. */
  static String of(JsonBody body) {
    return body.optionalText("adminPass", ServerBodies.NAME_LENGTH)
        .orElseGet(
            () ->
                RANDOM
                    .ints(LENGTH, 0, LETTERS.length())
                    .mapToObj(i -> LETTERS.substring(i, i + 1))
                    .collect(Collectors.joining()));
  }
}
