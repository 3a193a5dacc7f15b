package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.JsonBody;
import java.util.List;

/** What a tag may be, and how many a server may have. */
final class Tags {

  static final int MOST = 50;
  private static final int LENGTH = 60;

  private Tags() {}

  /** {@code tags}, each once; none if it is not there. */
  static List<String> of(JsonBody body) {
    return checked(body.texts("tags", MOST, LENGTH).stream().map(Tags::check).distinct().toList());
  }

  static String check(String tag) {
    if (tag.isEmpty() || tag.length() > LENGTH || tag.contains("/") || tag.contains(",")) {
      throw ApiFault.badRequest(
          "tag '%s': 1 to %d characters without , and / are accepted".formatted(tag, LENGTH));
    }
    return tag;
  }

  static List<String> checked(List<String> tags) {
    if (tags.size() > MOST) {
      throw ApiFault.badRequest("The number of tags exceeded the per-server limit " + MOST);
    }
    return tags;
  }
}
