package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Keys and values of types and of QoS, in requests. */
final class Specs {

  static final int LENGTH = 255;

  private static final int MAX_SPECS = 128;
  private static final Pattern KEY = Pattern.compile("[a-zA-Z0-9_:. -]{1,255}");

  private Specs() {}

  /** The texts of a member. */
  static Map<String, String> of(JsonBody body, String name) {
    Map<String, String> specs = body.textMap(name, MAX_SPECS, LENGTH);
    specs.keySet().forEach(key -> check(body.at(name), key));
    return specs;
  }

  /** Some with more, which replace those of the same keys. */
  static Map<String, String> with(Map<String, String> some, Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(some);
    all.putAll(more);
    if (all.size() > MAX_SPECS) {
      throw ApiFault.badRequest("There may be no more than " + MAX_SPECS + " specs.");
    }
    return all;
  }

  private static void check(String where, String key) {
    if (!KEY.matcher(key).matches()) {
      throw ApiFault.badRequest(
          "%s: the key '%s' holds more than letters, digits, spaces and -_:."
              .formatted(where, key));
    }
  }
}
