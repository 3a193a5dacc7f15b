package io.virga.control.identity.directory;

import io.virga.control.fault.ApiFault;
import io.virga.control.http.ApiRequest;
import io.virga.control.http.JsonBody;
import io.virga.control.identity.view.Filters;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/** What tags of a project may be, and the lists by them. */
final class ProjectTags {

  private static final int MAX_TAGS = 80;
  private static final int MAX_LENGTH = 255;

  private ProjectTags() {}

  /** The member {@code tags}. */
  static List<String> of(JsonBody body) {
    return checked(body.texts("tags", MAX_TAGS, MAX_LENGTH));
  }

  /**
   * @throws ApiFault if one of them cannot be named in a path or a filter, or there are too many
   */
  static List<String> checked(List<String> tags) {
    for (String tag : tags) {
      if (tag.isEmpty() || tag.length() > MAX_LENGTH || tag.contains("/") || tag.contains(",")) {
        throw ApiFault.badRequest(
            "tags: '%s' is not of 1 to %d characters without / and ,".formatted(tag, MAX_LENGTH));
      }
    }
    if (new HashSet<>(tags).size() != tags.size()) {
      throw ApiFault.badRequest("tags: " + tags + " has non-unique elements");
    }
    if (tags.size() > MAX_TAGS) {
      throw ApiFault.badRequest("tags: has more than " + MAX_TAGS + " items");
    }
    return tags;
  }

  /** {@code tags}, {@code tags-any}, {@code not-tags} and {@code not-tags-any}. */
  static Filters filter(ApiRequest request, Filters filters) {
    return filters
        .where("tags @> CAST(%s AS text[])", tags(request, "tags"))
        .where("tags && CAST(%s AS text[])", tags(request, "tags-any"))
        .where("NOT tags @> CAST(%s AS text[])", tags(request, "not-tags"))
        .where("NOT tags && CAST(%s AS text[])", tags(request, "not-tags-any"));
  }

  private static Optional<String[]> tags(ApiRequest request, String name) {
    return request.query(name).map(text -> text.split(",", -1));
  }
}
