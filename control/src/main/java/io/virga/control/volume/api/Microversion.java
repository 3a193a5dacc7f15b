package io.virga.control.volume.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerRequest;

/** A version of the volume API, asked for by {@code OpenStack-API-Version: volume 3.60}. */
public record Microversion(int minor) {

  static final int MAX_MINOR = 60;

  private static final String HEADER = "OpenStack-API-Version";
  private static final String SERVICE = "volume ";

  /** The version of a request; fails with not acceptable outside of what there is. */
  public static Microversion of(ServerRequest request) {
    String asked =
        Optional.ofNullable(request.headers().firstHeader(HEADER))
            .filter(value -> value.startsWith(SERVICE))
            .map(value -> value.substring(SERVICE.length()).strip())
            .orElse("3.0");
    if (asked.equals("latest")) {
      return new Microversion(MAX_MINOR);
    }
    if (!asked.matches("[0-9]{1,2}\\.[0-9]{1,4}")) {
      throw ApiFault.badRequest(
          "API Version String %s is of invalid format. Must be of format MajorNum.MinorNum."
              .formatted(asked));
    }
    int minor = Integer.parseInt(asked.substring(asked.indexOf('.') + 1));
    if (!asked.startsWith("3.") || minor > MAX_MINOR) {
      throw ApiFault.of(
          FaultKind.NOT_ACCEPTABLE,
          "Version %s is not supported by the API. Minimum is 3.0 and maximum is 3.%d."
              .formatted(asked, MAX_MINOR));
    }
    return new Microversion(minor);
  }

  /** Fails with not found where the request's version has no such path yet. */
  static void require(ApiRequest request, int first) {
    if (!of(request.raw()).isFrom(first)) {
      throw ApiFault.of(
          FaultKind.NOT_FOUND, "This needs the API version 3." + first + " or later.");
    }
  }

  /** Whether it is 3.{@code first} or later. */
  boolean isFrom(int first) {
    return minor >= first;
  }

  @Override
  public String toString() {
    return "3." + minor;
  }
}
