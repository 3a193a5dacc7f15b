package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.network.desired.Retelling;
import io.virga.control.testing.TestApi;
import io.virga.control.testing.TestApi.Answer;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.RouterSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import io.virga.dataplane.desired.TunnelEndpointSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** Hosts whose agents the test speaks for, a network service, and what it tells them. */
final class Fleet implements AutoCloseable {

  static final Duration SOON = Duration.ofSeconds(30);

  private static final List<Class<? extends DesiredState>> KINDS =
      List.of(
          NetworkSpec.class,
          PortSpec.class,
          RouterSpec.class,
          SecurityGroupSpec.class,
          TunnelEndpointSpec.class);

  private final AtomicReference<NetworkService> service = new AtomicReference<>();
  private final TestApi api;

  Fleet() {
    api =
        TestApi.start(
            started -> {
              Foundation foundation = started.foundation();
              NetworkService made =
                  new NetworkService(
                      foundation.database(), foundation.desired(), foundation.quota());
              service.set(made);
              return List.of(made);
            });
  }

  TestApi api() {
    return api;
  }

  TenantClient tenant(String project) {
    return TenantClient.of(api, project, "member", "reader");
  }

  TenantClient admin() {
    return TenantClient.of(api, "of-admin", "admin", "member", "reader");
  }

  private NetworkService service() {
    return Optional.ofNullable(service.get()).orElseThrow();
  }

  Retelling retelling() {
    return service().retelling();
  }

  /** The agent of the host connects and says what it has. */
  void up(String host, String address, String... physicalNetworks) {
    Map<String, String> details = new HashMap<>();
    details.put("tunnelAddress", address);
    details.put(
        "bridgeMappings",
        List.of(physicalNetworks).stream()
            .map(name -> name + ":br-" + name)
            .collect(Collectors.joining(",")));
    api.database()
        .sql(
            """
            INSERT INTO host (service, name, connected_to, connected_since, details)
            VALUES ('netagent', :host, 'test', now(), CAST(:details AS jsonb))
            ON CONFLICT (service, name) DO UPDATE
               SET connected_to = 'test', details = excluded.details, changed_at = now()
            """)
        .bind("host", host)
        .bindJson("details", details)
        .execute()
        .block(SOON);
    look();
  }

  /** The agent has been gone for that long. */
  void gone(String host, Duration since) {
    api.database()
        .sql(
            """
            UPDATE host SET connected_to = NULL, changed_at = now() - make_interval(secs => :seconds)
             WHERE service = 'netagent' AND name = :host
            """)
        .bind("seconds", (double) since.toSeconds())
        .bind("host", host)
        .execute()
        .block(SOON);
    look();
  }

  /** An administrator has the agent of the host forgotten. */
  void forget(String host) {
    api.database()
        .sql("DELETE FROM host WHERE service = 'netagent' AND name = :host")
        .bind("host", host)
        .execute()
        .block(SOON);
    look();
  }

  void look() {
    service().hosts().update().block(SOON);
  }

  /** A port of the tenant's on a host. */
  Answer port(TenantClient tenant, String network, String host) {
    Answer made =
        admin()
            .made(
                "ports",
                "port",
                Map.of(
                    "network_id",
                    network,
                    "project_id",
                    tenant.project(),
                    "binding:host_id",
                    host));
    assertThat(made.at("/port/binding:host_id")).isEqualTo(host);
    return made;
  }

  void bind(String port, String host) {
    Answer bound = admin().put("ports/" + port, Map.of("port", Map.of("binding:host_id", host)));
    assertThat(bound.status()).as(bound.text()).isEqualTo(200);
  }

  <T extends DesiredState> List<T> told(String host, Class<T> type) {
    return api.told(host, type);
  }

  <T extends DesiredState> T only(String host, Class<T> type) {
    List<T> all = told(host, type);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }

  <T extends DesiredState> Set<String> ids(String host, Class<T> type) {
    return told(host, type).stream()
        .map(DesiredState::id)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** All that a host is told, generations included; in an order that is always the same. */
  List<DesiredState> everything(String host) {
    List<DesiredState> all = new ArrayList<>();
    for (Class<? extends DesiredState> kind : KINDS) {
      told(host, kind).stream().sorted(Comparator.comparing(DesiredState::id)).forEach(all::add);
    }
    return all;
  }

  @Override
  public void close() {
    api.close();
  }
}
