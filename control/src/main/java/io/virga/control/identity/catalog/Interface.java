package io.virga.control.identity.catalog;

import io.virga.control.fault.ApiFault;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** For whom an endpoint is. */
enum Interface {
  PUBLIC,
  INTERNAL,
  ADMIN;

  /** As the API writes them. */
  static final List<String> NAMES = Arrays.stream(values()).map(Interface::text).toList();

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Interface parse(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                ApiFault.badRequest(
                    "endpoint.interface: '%s' is not one of %s"
                        .formatted(text, String.join(", ", NAMES))));
  }
}
