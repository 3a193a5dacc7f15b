package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.foundation.Foundation;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.network.InstancePorts.Instance;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Caller;
import io.virga.control.quota.Resource;
import io.virga.control.testing.TestApi;
import io.virga.dataplane.desired.PortSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How many statements it takes to give a server its port and to tell all hosts of it. */
final class ViewStatementsTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int NEIGHBOURS = 60;

  private final AtomicReference<NetworkService> service = new AtomicReference<>();
  private final TestApi api =
      TestApi.start(
          started -> {
            Foundation foundation = started.foundation();
            NetworkService made =
                new NetworkService(foundation.database(), foundation.desired(), foundation.quota());
            service.set(made);
            return List.of(made);
          });
  private final TenantClient tenant = TenantClient.of(api, "tenant", "member", "reader");
  private final Caller caller = new LocalAuthenticator(api.verifier()).authenticate(tenant.token());

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void theirNumberDependsNeitherOnPortsNorOnHosts() {
    api.database()
        .inTransaction(tx -> api.foundation().quota().limit(tx, "tenant", Resource.PORTS, -1))
        .block(SOON);
    String network = tenant.network("n");
    tenant.subnet(network, "10.0.0.0/16");
    claim(network, "one");
    int few = claim(network, "one");
    IntStream.range(0, NEIGHBOURS).forEach(i -> claim(network, i % 4 == 0 ? "h" + i : "one"));
    int many = claim(network, "one");
    assertThat(api.told("h0", PortSpec.class)).hasSize(NEIGHBOURS + 3);
    assertThat(many).isEqualTo(few).isLessThanOrEqualTo(20);
  }

  private int claim(String network, String host) {
    Instance instance = new Instance(UUID.randomUUID().toString(), host, "vm", List.of());
    Nic nic = new Nic(Optional.of(network), Optional.empty(), Optional.empty());
    InstancePorts ports = Optional.ofNullable(service.get()).orElseThrow().instancePorts();
    api.statements().take();
    api.foundation()
        .database()
        .inTransaction(tx -> ports.claim(tx, caller, instance, List.of(nic)))
        .block(SOON);
    return api.statements().take().size();
  }
}
