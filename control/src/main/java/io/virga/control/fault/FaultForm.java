package io.virga.control.fault;

import io.virga.dataplane.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * How a service words its errors. Keystone, nova, cinder, glance and neutron each have their own
 * body, and their own status where a quota is used up.
 */
public enum FaultForm {
  IDENTITY(403) {
    @Override
    Object json(ApiFault fault, int status) {
      return Map.of(
          "error",
          Map.of("code", status, "title", fault.kind().title(), "message", fault.message()));
    }
  },
  COMPUTE(403) {
    @Override
    Object json(ApiFault fault, int status) {
      String key = fault.kind() == FaultKind.OVER_LIMIT ? "forbidden" : fault.kind().computeKey();
      return Map.of(key, Map.of("code", status, "message", fault.message()));
    }
  },
  VOLUME(413) {
    @Override
    Object json(ApiFault fault, int status) {
      return Map.of(fault.kind().computeKey(), Map.of("code", status, "message", fault.message()));
    }
  },
  NETWORK(409) {
    @Override
    Object json(ApiFault fault, int status) {
      String type = fault.type().orElse(fault.kind().networkType());
      return Map.of("NeutronError", Map.of("type", type, "message", fault.message(), "detail", ""));
    }
  },
  IMAGE(413) {
    @Override
    Object json(ApiFault fault, int status) {
      String title = fault.kind().title();
      return Map.of("message", fault.message(), "code", status + " " + title, "title", title);
    }
  };

  private final int overLimitStatus;

  FaultForm(int overLimitStatus) {
    this.overLimitStatus = overLimitStatus;
  }

  abstract Object json(ApiFault fault, int status);

  /** A reply, ready to be sent. */
  public record Rendered(int status, String contentType, byte[] body) {}

  /**
   * The fault as this service words it.
   *
   * @param acceptsJson whether the client asked for JSON; glance answers HTML to all others
   */
  public Rendered render(ApiFault fault, boolean acceptsJson) {
    int status = status(fault.kind());
    if (fault.kind() == FaultKind.UNAUTHORIZED) {
      // Said by the token filter in front of every service, so it looks the same everywhere.
      return json(status, IDENTITY.json(fault, status));
    }
    if (this == IMAGE && !acceptsJson) {
      byte[] page = html(fault, status).getBytes(StandardCharsets.UTF_8);
      return new Rendered(status, "text/html; charset=UTF-8", page);
    }
    return json(status, json(fault, status));
  }

  private static Rendered json(int status, Object body) {
    return new Rendered(status, "application/json", Json.bytes(body));
  }

  private static String html(ApiFault fault, int status) {
    String title = status + " " + fault.kind().title();
    String message =
        fault.message().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return """
    <html>
     <head>
      <title>%s</title>
     </head>
     <body>
      <h1>%s</h1>
      %s<br /><br />



     </body>
    </html>\
    """
        .formatted(title, title, message);
  }

  private int status(FaultKind kind) {
    return switch (kind) {
      case BAD_REQUEST -> 400;
      case UNAUTHORIZED -> 401;
      case FORBIDDEN -> 403;
      case NOT_FOUND -> 404;
      case METHOD_NOT_ALLOWED -> 405;
      case NOT_ACCEPTABLE -> 406;
      case CONFLICT -> 409;
      case GONE -> 410;
      case PRECONDITION_FAILED -> 412;
      case TOO_LARGE -> 413;
      case UNSUPPORTED_MEDIA_TYPE -> 415;
      case RANGE_NOT_SATISFIABLE -> 416;
      case TOO_MANY_REQUESTS -> 429;
      case OVER_LIMIT -> overLimitStatus;
      case INTERNAL -> 500;
      case UNAVAILABLE -> 503;
    };
  }
}
