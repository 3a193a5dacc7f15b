package io.virga.objectstore.s3.protocol;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The checksum that a request gives of its body.
 *
 * @param value empty if it comes in a trailer
 */
record PromisedChecksum(ChecksumAlgorithm algorithm, Optional<String> value) {

  private static final String ALGORITHM = "x-amz-sdk-checksum-algorithm";
  private static final Set<String> OTHERS =
      Set.of(
          ChecksumAlgorithm.PREFIX + "algorithm",
          ChecksumAlgorithm.PREFIX + "mode",
          ChecksumAlgorithm.PREFIX + "type");

  /**
   * What the headers promise.
   *
   * @param trailers whether trailers can follow the body
   */
  static Optional<PromisedChecksum> of(Request request, boolean trailers) {
    List<PromisedChecksum> inHeaders = inHeaders(request);
    List<PromisedChecksum> inTrailers = inTrailers(request);
    if (inHeaders.size() > 1 || inTrailers.size() > 1) {
      throw S3Error.invalidRequest(
          "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.");
    }
    if (inHeaders.size() + inTrailers.size() > 1) {
      throw S3Error.invalidRequest("Expecting a single x-amz-checksum- header");
    }
    Optional<PromisedChecksum> promised =
        inHeaders.stream().findFirst().or(() -> inTrailers.stream().findFirst());
    request.header(ALGORITHM).ifPresent(name -> requireSame(name, promised));
    if (promised.isPresent() && !promised.get().isValid()) {
      throw S3Error.invalidRequest(
          "Value for %s header is invalid.".formatted(promised.get().algorithm().header()));
    }
    if (!inTrailers.isEmpty() && !trailers) {
      throw new S3Error(S3Error.Code.MalformedTrailerError);
    }
    return promised;
  }

  private boolean isValid() {
    return value.map(algorithm::accepts).orElse(true);
  }

  private static void requireSame(String name, Optional<PromisedChecksum> promised) {
    if (promised.isEmpty()) {
      throw S3Error.invalidRequest(
          ALGORITHM
              + " specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were"
              + " found.");
    }
    if (!name.equalsIgnoreCase(promised.get().algorithm().name())) {
      throw S3Error.invalidRequest("Value for " + ALGORITHM + " header is invalid.");
    }
  }

  private static List<PromisedChecksum> inHeaders(Request request) {
    List<PromisedChecksum> found = new ArrayList<>(1);
    request
        .headers()
        .forEach(
            header -> {
              if (isChecksum(header.getKey())) {
                ChecksumAlgorithm algorithm =
                    ChecksumAlgorithm.ofHeader(header.getKey())
                        .orElseThrow(
                            () ->
                                S3Error.invalidRequest(
                                    "The algorithm type you specified in x-amz-checksum- header"
                                        + " is invalid."));
                found.add(new PromisedChecksum(algorithm, Optional.of(header.getValue())));
              }
            });
    return found;
  }

  private static boolean isChecksum(String name) {
    String prefix = ChecksumAlgorithm.PREFIX;
    return name.regionMatches(true, 0, prefix, 0, prefix.length())
        && !OTHERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /** What stands behind the last name is nothing, what stands between two commas is a name. */
  private static List<PromisedChecksum> inTrailers(Request request) {
    List<PromisedChecksum> found = new ArrayList<>(1);
    for (String text : request.headers().getAll("x-amz-trailer")) {
      for (String name : text.strip().split(",")) {
        ChecksumAlgorithm algorithm =
            ChecksumAlgorithm.ofHeader(name.strip())
                .orElseThrow(
                    () ->
                        S3Error.invalidRequest(
                            "The value specified in the x-amz-trailer header is not supported"));
        found.add(new PromisedChecksum(algorithm, Optional.empty()));
      }
    }
    return found;
  }
}
