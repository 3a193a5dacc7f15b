package io.virga.control.network.resource;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import io.virga.control.network.model.Standard;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code If-Match: revision_number=N}: a change is only made to what the client has seen. */
final class Revisions {

  private static final Pattern CONSTRAINT =
      Pattern.compile("\\s*revision_number=([0-9]{1,18})\\s*");

  private Revisions() {}

  /** Fails with precondition failed if the request is meant for another revision. */
  static void check(ApiRequest request, Standard found) {
    expected(request)
        .filter(revision -> revision != found.revision())
        .ifPresent(
            revision -> {
              throw ApiFault.of(
                  FaultKind.PRECONDITION_FAILED,
                  "Constrained to %d, but current revision is %d"
                      .formatted(revision, found.revision()));
            });
  }

  private static Optional<Long> expected(ApiRequest request) {
    return request.header("If-Match").map(Revisions::revision);
  }

  private static Long revision(String header) {
    Matcher matcher = CONSTRAINT.matcher(header);
    if (!matcher.matches()) {
      throw ApiFault.badRequest(
          "Invalid If-Match: '%s' is not of the form revision_number=3".formatted(header));
    }
    return Long.valueOf(matcher.group(1));
  }
}
