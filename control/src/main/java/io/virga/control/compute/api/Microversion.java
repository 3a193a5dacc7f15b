package io.virga.control.compute.api;

import io.virga.control.fault.ApiFault;
import io.virga.control.fault.FaultKind;
import io.virga.control.http.ApiRequest;
import java.util.Optional;
import org.springframework.web.reactive.function.server.ServerRequest;

/**
 * A version of the compute API, {@code 2.1} and up. A client asks by {@code
 * X-OpenStack-Nova-API-Version}, or {@code OpenStack-API-Version: compute 2.37}.
 */
public record Microversion(int minor) {

  static final int MIN_MINOR = 1;
  static final int MAX_MINOR = 73;

  private static final String OWN_HEADER = "X-OpenStack-Nova-API-Version";
  private static final String COMMON_HEADER = "OpenStack-API-Version";
  private static final String SERVICE = "compute ";

  static Microversion of(ApiRequest request) {
    return of(request.raw());
  }

  /** The version of a request; fails with not acceptable outside of what there is. */
  public static Microversion of(ServerRequest request) {
    String asked =
        Optional.ofNullable(request.headers().firstHeader(COMMON_HEADER))
            .filter(value -> value.startsWith(SERVICE))
            .map(value -> value.substring(SERVICE.length()))
            .or(() -> Optional.ofNullable(request.headers().firstHeader(OWN_HEADER)))
            .map(String::strip)
            .orElse("2." + MIN_MINOR);
    if (asked.equals("latest")) {
      return new Microversion(MAX_MINOR);
    }
    if (!asked.matches("[0-9]{1,2}\\.[0-9]{1,4}")) {
      throw ApiFault.badRequest(
          "API Version String '"
              + asked
              + "' is of invalid format. Must be of format MajorNum.MinorNum.");
    }
    int minor = Integer.parseInt(asked.substring(asked.indexOf('.') + 1));
    if (!asked.startsWith("2.") || minor < MIN_MINOR || minor > MAX_MINOR) {
      throw ApiFault.of(
          FaultKind.NOT_ACCEPTABLE,
          "Version %s is not supported by the API. Minimum is 2.%d and maximum is 2.%d."
              .formatted(asked, MIN_MINOR, MAX_MINOR));
    }
    return new Microversion(minor);
  }

  /** Fails with not found if the request is of a version that has not what it asks for. */
  static Microversion require(ApiRequest request, int minor) {
    Microversion version = of(request);
    if (!version.atLeast(minor)) {
      throw ApiFault.of(
          FaultKind.NOT_FOUND,
          "There is no such thing in version %s; it is there since 2.%d."
              .formatted(version, minor));
    }
    return version;
  }

  /** Fails with not found if what the request asks for has ended before its version. */
  static Microversion requireBefore(ApiRequest request, int minor) {
    Microversion version = of(request);
    if (version.atLeast(minor)) {
      throw ApiFault.of(
          FaultKind.NOT_FOUND,
          "There is no such thing in version %s; it ended before 2.%d.".formatted(version, minor));
    }
    return version;
  }

  boolean atLeast(int otherMinor) {
    return minor >= otherMinor;
  }

  @Override
  public String toString() {
    return "2." + minor;
  }
}
