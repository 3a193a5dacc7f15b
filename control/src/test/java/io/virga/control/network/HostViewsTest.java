package io.virga.control.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.control.database.Transaction;
import io.virga.control.foundation.Foundation;
import io.virga.control.identity.token.LocalAuthenticator;
import io.virga.control.network.InstancePorts.BoundPort;
import io.virga.control.network.InstancePorts.Instance;
import io.virga.control.network.InstancePorts.Nic;
import io.virga.control.policy.Caller;
import io.virga.control.testing.TestApi;
import io.virga.dataplane.desired.DesiredState;
import io.virga.dataplane.desired.NetworkSpec;
import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What hosts are told of networks, ports and groups, after each change. */
final class HostViewsTest {

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String ROOT = "/network/v2.0/";

  private final AtomicReference<InstancePorts> made = new AtomicReference<>();
  private final TestApi api =
      TestApi.start(
          started -> {
            Foundation foundation = started.foundation();
            NetworkService service =
                new NetworkService(foundation.database(), foundation.desired(), foundation.quota());
            made.set(service.instancePorts());
            return List.of(service);
          });
  private final String token = api.token("tenant", "member", "reader");
  private final Caller caller = new LocalAuthenticator(api.verifier()).authenticate(token);
  private String network = "";

  @BeforeEach
  void makeANetwork() {
    network =
        api.post(ROOT + "networks", token, Map.of("network", Map.of("name", "n")))
            .at("/network/id");
    api.post(
        ROOT + "subnets",
        token,
        Map.of("subnet", Map.of("network_id", network, "cidr", "10.0.0.0/24", "ip_version", 4)));
  }

  @AfterEach
  void close() {
    api.close();
  }

  @Test
  void tellsAHostAllThatItsPortNeedsAndTakesItBackWithTheLastPort() {
    String instance = id();
    BoundPort port = claim(instance, "one").getFirst();
    NetworkSpec told = only("one", NetworkSpec.class);
    assertThat(told.id()).isEqualTo(network);
    assertThat(told.mtu()).isEqualTo(1450);
    assertThat(told.subnets()).hasSize(1);
    assertThat(told.subnets().getFirst().cidr()).isEqualTo("10.0.0.0/24");
    PortSpec spec = only("one", PortSpec.class);
    SecurityGroupSpec group = only("one", SecurityGroupSpec.class);
    assertThat(spec)
        .isEqualTo(
            new PortSpec(
                port.portId(),
                1,
                network,
                "tenant",
                "one",
                instance,
                port.tapName(),
                "vm",
                port.mac(),
                true,
                true,
                List.of(
                    new PortSpec.FixedAddress(
                        told.subnets().getFirst().id(), port.addresses().getFirst())),
                List.of(group.id()),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty()));
    assertThat(group.rules()).hasSize(4);
    assertThat(group.memberAddresses()).containsExactly("10.0.0.2");
    release(instance);
    assertThat(told("one", NetworkSpec.class)).isEmpty();
    assertThat(told("one", PortSpec.class)).isEmpty();
    assertThat(told("one", SecurityGroupSpec.class)).isEmpty();
  }

  @Test
  void tellsOnlyWhatHasChangedUnderANewGeneration() {
    String port = claim(id(), "one").getFirst().portId();
    api.put(ROOT + "networks/" + network, token, Map.of("network", Map.of("name", "renamed")));
    assertThat(only("one", NetworkSpec.class).generation()).isEqualTo(1);
    api.put(ROOT + "networks/" + network, token, Map.of("network", Map.of("mtu", 1400)));
    assertThat(only("one", NetworkSpec.class).generation()).isEqualTo(2);
    assertThat(only("one", NetworkSpec.class).mtu()).isEqualTo(1400);
    assertThat(only("one", PortSpec.class).generation()).isEqualTo(1);
    api.put(ROOT + "ports/" + port, token, Map.of("port", Map.of("admin_state_up", false)));
    assertThat(only("one", PortSpec.class).generation()).isEqualTo(2);
    assertThat(only("one", SecurityGroupSpec.class).generation()).isEqualTo(1);
  }

  @Test
  void tellsAgainUnderAGenerationThatTheHostHasNotSeen() {
    String instance = id();
    claim(instance, "one");
    release(instance);
    claim(id(), "one");
    assertThat(only("one", NetworkSpec.class).generation()).isEqualTo(2);
  }

  @Test
  void tellsTheHostsOfAGroupOfItsNewRule() {
    claim(id(), "one");
    String group = only("one", SecurityGroupSpec.class).id();
    Map<String, Object> rule =
        Map.of("security_group_id", group, "direction", "ingress", "protocol", "icmp");
    String ruleId =
        api.post(ROOT + "security-group-rules", token, Map.of("security_group_rule", rule))
            .at("/security_group_rule/id");
    assertThat(only("one", SecurityGroupSpec.class).rules()).hasSize(5);
    assertThat(only("one", SecurityGroupSpec.class).rules())
        .anySatisfy(told -> assertThat(told.protocol()).contains(1));
    api.delete(ROOT + "security-group-rules/" + ruleId, token);
    assertThat(only("one", SecurityGroupSpec.class).rules()).hasSize(4);
    assertThat(only("one", SecurityGroupSpec.class).generation()).isEqualTo(3);
  }

  @Test
  void firstPortsOnTwoHostsAtOnceLearnOfEachOther() {
    claim(id(), "warm-up");
    Flux.range(0, 12)
        .flatMap(i -> claiming(id(), i % 2 == 0 ? "one" : "two"), 12)
        .collectList()
        .block(SOON);
    assertThat(told("one", PortSpec.class)).hasSize(13);
    assertThat(told("two", PortSpec.class)).hasSize(13);
    assertThat(told("warm-up", PortSpec.class)).hasSize(13);
    assertThat(only("two", SecurityGroupSpec.class).memberAddresses()).hasSize(13);
  }

  @Test
  void portsComingAndGoingOnOneHostAtOnceLoseNothing() {
    List<String> leaving =
        Flux.range(0, 6).map(i -> id()).collectList().blockOptional().orElseThrow();
    leaving.forEach(instance -> claim(instance, "one"));
    Flux.fromIterable(leaving)
        .flatMap(
            instance ->
                Mono.when(
                    inTransaction(tx -> ports().release(tx, instance)), claiming(id(), "one")),
            6)
        .then()
        .block(SOON);
    assertThat(told("one", PortSpec.class)).hasSize(6);
    assertThat(only("one", SecurityGroupSpec.class).memberAddresses()).hasSize(6);
  }

  @Test
  void takesOverAPortAndLeavesItBehind() {
    String port =
        api.post(ROOT + "ports", token, Map.of("port", Map.of("network_id", network)))
            .at("/port/id");
    String instance = id();
    Nic nic = new Nic(Optional.empty(), Optional.of(port), Optional.empty());
    inTransaction(tx -> ports().claim(tx, caller, instance(instance, "one"), List.of(nic)))
        .block(SOON);
    assertThat(only("one", PortSpec.class).id()).isEqualTo(port);
    Mono<List<BoundPort>> again =
        inTransaction(tx -> ports().claim(tx, caller, instance(id(), "two"), List.of(nic)));
    assertThat(again.map(ports -> "taken").onErrorResume(e -> Mono.just("refused")).block(SOON))
        .isEqualTo("refused");
    release(instance);
    assertThat(told("one", PortSpec.class)).isEmpty();
    assertThat(api.get(ROOT + "ports/" + port, token).at("/port/device_id")).isEmpty();
  }

  @Test
  void givesAServerNoPortThatOnlyNamesIt() {
    String victim = id();
    claim(victim, "one");
    Map<String, Object> stranger = Map.of("network_id", network, "device_id", victim);
    String port = api.post(ROOT + "ports", token, Map.of("port", stranger)).at("/port/id");
    assertThat(ports().ofInstances(api.database(), List.of(victim)).collectList().block(SOON))
        .hasSize(1);
    Map<String, Object> disguised = Map.of("port", Map.of("device_owner", "compute:nova"));
    assertThat(api.put(ROOT + "ports/" + port, token, disguised).status()).isEqualTo(403);
  }

  @Test
  void aTrunkEndsWithTheServerThatItsPortWasMadeFor() {
    String instance = id();
    String parent = claim(instance, "one").getFirst().portId();
    String sub =
        api.post(ROOT + "ports", token, Map.of("port", Map.of("network_id", network)))
            .at("/port/id");
    Map<String, Object> trunk =
        Map.of(
            "port_id",
            parent,
            "sub_ports",
            List.of(Map.of("port_id", sub, "segmentation_type", "vlan", "segmentation_id", 7)));
    assertThat(api.post(ROOT + "trunks", token, Map.of("trunk", trunk)).status()).isEqualTo(201);
    assertThat(told("one", PortSpec.class)).hasSize(2);
    Nic nic = new Nic(Optional.empty(), Optional.of(sub), Optional.empty());
    Mono<List<BoundPort>> elsewhere =
        inTransaction(tx -> ports().claim(tx, caller, instance(id(), "two"), List.of(nic)));
    assertThat(elsewhere.map(is -> "taken").onErrorResume(e -> Mono.just("refused")).block(SOON))
        .isEqualTo("refused");
    release(instance);
    assertThat(told("one", PortSpec.class)).isEmpty();
    assertThat(api.get(ROOT + "trunks", token).json().at("/trunks").size()).isZero();
    assertThat(api.get(ROOT + "ports/" + sub, token).at("/port/device_owner")).isEmpty();
  }

  @Test
  void movesNoPortFromOneServerToAnother() {
    String port = claim(id(), "one").getFirst().portId();
    Map<String, Object> elsewhere = Map.of("port", Map.of("device_id", id()));
    assertThat(api.put(ROOT + "ports/" + port, token, elsewhere).status()).isEqualTo(409);
  }

  private InstancePorts ports() {
    return Optional.ofNullable(made.get()).orElseThrow();
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  private static Instance instance(String id, String host) {
    return new Instance(id, host, "vm", List.of());
  }

  private <T> Mono<T> inTransaction(java.util.function.Function<Transaction, Mono<T>> work) {
    return api.database().inTransaction(work);
  }

  private Mono<List<BoundPort>> claiming(String instance, String host) {
    Nic nic = new Nic(Optional.of(network), Optional.empty(), Optional.empty());
    return inTransaction(tx -> ports().claim(tx, caller, instance(instance, host), List.of(nic)));
  }

  private List<BoundPort> claim(String instance, String host) {
    return claiming(instance, host).blockOptional(SOON).orElseThrow();
  }

  private void release(String instance) {
    inTransaction(tx -> ports().release(tx, instance)).block(SOON);
  }

  private <T extends DesiredState> List<T> told(String host, Class<T> type) {
    return api.told(host, type);
  }

  private <T extends DesiredState> T only(String host, Class<T> type) {
    List<T> all = told(host, type);
    assertThat(all).hasSize(1);
    return all.getFirst();
  }
}
