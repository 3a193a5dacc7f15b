package io.virga.control.operator.supervise;

import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;

/** Asks a Virga process at its operations listener ({@code docs/ARCHITECTURE.md} §10). */
public final class OperationsProbe implements Probe {

  private static final int TIMEOUT_MILLIS = 2000;

  private final URI health;

  /**
   * @param address an IPv4 address of the loopback network
   */
  public OperationsProbe(String address, int port) {
    this.health = URI.create("http://" + address + ":" + port + "/health");
  }

  /** The body of {@code GET /health}. */
  record Report(String service, String status, List<Check> checks) {

    Report {
      checks = List.copyOf(checks);
    }
  }

  /** One part of the process. */
  record Check(String name, String status, String detail) {}

  @Override
  public Health check() {
    try {
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      // Kept, it would be taken for the same address in another network namespace.
      connection.setRequestProperty("Connection", "close");
      boolean well = connection.getResponseCode() < HttpURLConnection.HTTP_BAD_REQUEST;
      try (InputStream body = well ? connection.getInputStream() : connection.getErrorStream()) {
        return body == null
            ? Health.down("answered " + connection.getResponseCode())
            : of(Json.read(body.readAllBytes(), Report.class));
      }
    } catch (IOException e) {
      return Health.down("does not answer yet");
    } catch (JacksonException | NullPointerException e) {
      return Health.down("answers what is no health report: " + e.getMessage());
    }
  }

  private static Health of(Report report) {
    String detail =
        report.checks().stream()
            .filter(check -> !check.status().equals("up"))
            .map(check -> check.name() + ": " + check.detail())
            .collect(Collectors.joining("; "));
    return switch (report.status()) {
      case "up" -> Health.up();
      case "degraded" -> Health.degraded(detail);
      default -> Health.down(detail);
    };
  }
}
