package io.virga.benchmarks.controlbench;

import io.virga.control.operator.pki.CertificateAuthority;
import io.virga.dataplane.desired.Kind;
import io.virga.dataplane.tls.ProcessIdentity;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.transport.TransportChoice;
import io.virga.dataplane.watch.ControlEndpoint;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Simulated hosts of a cloud, each with certificates of the cloud's own authority. */
final class Fleet implements AutoCloseable {

  private static final Map<String, String> COMPUTE =
      Map.of("vcpus", "64", "memoryBytes", "274877906944", "diskBytes", "17592186044416");
  private static final Map<String, String> BLOCK =
      Map.of("diskBytes", "17592186044416", "diskUsedBytes", "0");

  private final Transport transport = Transport.open(TransportChoice.EPOLL, 1, "fleet");
  private final Scheduler scheduler = Schedulers.newSingle("fleet", true);
  private final CertificateAuthority authority;
  private final URI control;
  private final List<SimulatedAgent> agents = new ArrayList<>();
  private volatile Consumer<Heard> listener = heard -> {};

  /**
   * Without hosts.
   *
   * @param pki the folder of the cloud's authority, where the hosts' certificates are put
   * @param control its listener for agents
   */
  Fleet(Path pki, URI control) {
    this.authority = new CertificateAuthority(pki, Clock.systemUTC(), new SecureRandom());
    this.control = control;
  }

  /** What an agent is told of. */
  record Heard(String host, Kind kind, String id) {}

  /** The name of a host, of those from 0. */
  static String host(int number) {
    return "simulated-%04d".formatted(number);
  }

  /** Adds hosts that take servers with their disks and ports: three agents each. */
  void add(int hosts) {
    for (int number = 0; number < hosts; number++) {
      String address = "10.255.%d.%d".formatted(number / 250, number % 250 + 1);
      add("blockstore", host(number), BLOCK);
      add("netagent", host(number), Map.of("tunnelAddress", address));
      add("compute-agent", host(number), COMPUTE);
    }
  }

  /** From now on the listener, and no other, is told of all that agents hear. */
  void listen(Consumer<Heard> other) {
    listener = other;
  }

  private void add(String service, String host, Map<String, String> capacity) {
    String process = service + "." + host;
    authority.ensureProcess(process, new CertificateAuthority.Peer(service, host, List.of()));
    ProcessIdentity identity =
        ProcessIdentity.load(
            authority.authorityFile(),
            authority.certificateFile(process),
            authority.keyFile(process));
    SimulatedAgent agent =
        new SimulatedAgent(
            ControlEndpoint.of(control, identity, transport),
            host,
            scheduler,
            (kind, id) -> listener.accept(new Heard(host, kind, id)));
    agents.add(agent);
    agent.start(capacity);
  }

  /** Takes all hosts away. */
  @Override
  public void close() {
    agents.forEach(SimulatedAgent::close);
    scheduler.dispose();
    transport.close();
  }
}
