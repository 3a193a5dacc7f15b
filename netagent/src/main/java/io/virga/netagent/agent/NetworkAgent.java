package io.virga.netagent.agent;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.virga.dataplane.operations.Health;
import io.virga.dataplane.transport.Transport;
import io.virga.dataplane.watch.DesiredView;
import io.virga.dataplane.watch.ObservedState;
import io.virga.netagent.dns.GuestDns;
import io.virga.netagent.dns.Resolvers;
import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Flow;
import io.virga.netagent.openflow.FlowKey;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.openflow.Message.MeterConfig;
import io.virga.netagent.openflow.client.OpenFlowConnection;
import io.virga.netagent.ovsdb.Interface;
import io.virga.netagent.pipeline.Gateways;
import io.virga.netagent.pipeline.HostView;
import io.virga.netagent.pipeline.PacketInReason;
import io.virga.netagent.pipeline.Pipeline;
import io.virga.netagent.pipeline.Topology;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Makes the switch of this host be as desired. {@link #reconcile} looks at everything each time and
 * changes only what is wrong; it is called by one thread at a time. While it is not known what is
 * desired, nothing is touched.
 */
public final class NetworkAgent implements AutoCloseable {

  private final AgentSettings settings;
  private final String host;
  private final Supplier<DesiredView> desired;
  private final Reports reports;
  private final Instances instances = new Instances();
  private final DhcpResponder dhcp;
  private final DnsResponder dns;
  private final RouterAdvertiser advertiser = new RouterAdvertiser();
  private final GatewayAnnouncer gateways = new GatewayAnnouncer();
  private final WireTalk wires;
  private final SwitchLink link;
  private final MetadataDoorway doorway;
  private final ForwardingHold hold;
  private final Programming programming = new Programming();
  private final Runnable wake;
  private final Timer took;
  private final Counter flowsAdded;
  private final Counter flowsRemoved;
  private final AtomicInteger flowsHeld;
  private final AtomicInteger portsWired;

  /** When it was last read what the switch holds; empty while that is not known. */
  private Optional<Long> readNanos = Optional.empty();

  private volatile Optional<HostView> programmed = Optional.empty();
  private volatile Health reconciled = Health.down("has not reconciled yet");

  /** What the switch was found to hold, and when. */
  private record Read(Programming.Contents contents, long nanos) {}

  /** Where the agent stands: its host and what it works with there. */
  public record Surroundings(String host, Transport transport, MeterRegistry registry) {}

  /**
   * An agent at rest.
   *
   * @param desired what is desired now
   * @param reports takes what was observed of the host and its ports
   * @param wake is called when {@link #reconcile} should be, on any thread
   */
  public NetworkAgent(
      AgentSettings settings,
      Surroundings surroundings,
      Supplier<DesiredView> desired,
      Consumer<ObservedState> reports,
      Runnable wake) {
    this.settings = settings;
    this.host = surroundings.host();
    this.desired = desired;
    this.reports = new Reports(reports, settings.underlay().details());
    MeterRegistry registry = surroundings.registry();
    this.dhcp =
        new DhcpResponder(registry, new LeaseTerms(settings.leaseTime(), settings.dns().domain()));
    this.dns =
        new DnsResponder(
            registry,
            new GuestDns(resolvers(settings.dns(), surroundings.transport())),
            settings.dns().domain(),
            this::send);
    this.wires = new WireTalk(registry, this::send, wake);
    PacketIns packetIns =
        new PacketIns(
            Map.of(
                PacketInReason.DHCP,
                dhcp::answer,
                PacketInReason.DNS,
                dns::answer,
                PacketInReason.ICMP_ERROR,
                new IcmpErrorResponder(registry)::answer,
                PacketInReason.NEXT_HOP_UNKNOWN,
                packetIn -> later(wires::missed, packetIn),
                PacketInReason.MAC_HEARD,
                packetIn -> later(wires::heard, packetIn),
                PacketInReason.ROUTER_WANTED,
                advertiser::answer));
    this.link = new SwitchLink(settings, surroundings.transport(), packetIns::answer, wake);
    this.doorway = new MetadataDoorway(settings, surroundings.transport(), instances::of, dns);
    this.hold = new ForwardingHold(settings.datapathType().equals("system"));
    this.wake = wake;
    this.took =
        Timer.builder("virga.netagent.reconcile").publishPercentiles(0.5, 0.99).register(registry);
    this.flowsAdded = registry.counter("virga.netagent.flows.added");
    this.flowsRemoved = registry.counter("virga.netagent.flows.removed");
    this.flowsHeld = registry.gauge("virga.netagent.flows", new AtomicInteger());
    this.portsWired = registry.gauge("virga.netagent.ports.wired", new AtomicInteger());
  }

  private static Optional<Resolvers> resolvers(AgentSettings.Dns settings, Transport transport) {
    return settings.resolvers().isEmpty()
        ? Optional.empty()
        : Optional.of(new Resolvers(transport, settings.resolvers()));
  }

  private void send(List<Message.PacketOut> packets) {
    link.send(packets);
  }

  /** Leaves a packet to a thread that sends what there is to answer when it has come to it. */
  private static List<Message.PacketOut> later(
      Consumer<Message.PacketIn> taker, Message.PacketIn packetIn) {
    taker.accept(packetIn);
    return List.of();
  }

  /**
   * Brings the switch to what is desired, or throws and is to be called again. Where there is more
   * to do than others should wait for, has itself called again.
   */
  public void reconcile() throws IOException, InterruptedException {
    reconciled = Health.degraded("reconciles");
    long begin = System.nanoTime();
    try {
      List<Interface> interfaces = link.database().interfaces();
      OpenFlowConnection connection = link.connection(this::connected);
      DesiredView view = desired.get();
      if (!view.isComplete()) {
        reconciled = Health.degraded("waits to be told what is desired");
        return;
      }
      Optional<Read> read = readIfDue(connection);
      HostView hostView = hostView(view, interfaces);
      TrunkEnds.ensure(
          link.database(),
          settings.bridge(),
          host,
          hostView.topology().ports().values(),
          interfaces);
      instances.update(view, hostView);
      PluggedPorts ports = PluggedPorts.of(hostView);
      dhcp.ports(ports);
      dns.ports(ports);
      program(connection, read, hostView);
      if (hostView.metadata().isPresent()) {
        doorway.serve();
      }
      if (programming.isDone()) {
        programmed(hostView);
      } else {
        reconciled = Health.degraded("the switch does not hold all flows yet");
        wake.run();
      }
      took.record(System.nanoTime() - begin, TimeUnit.NANOSECONDS);
    } catch (IOException failure) {
      readNanos = Optional.empty();
      reconciled = Health.down(String.valueOf(failure.getMessage()));
      throw failure;
    }
  }

  /** The switch holds all flows of the view. */
  private void programmed(HostView view) throws IOException, InterruptedException {
    programmed = Optional.of(view);
    hold.programmed(link.database());
    wires.present(Pipeline.presence(view));
    link.send(advertiser.present(Advertisements.of(view)));
    link.send(gateways.present(Gateways.of(view)));
    portsWired.set(view.wired().size());
    reports.report(view);
    reconciled =
        settings
            .underlay()
            .fault()
            .map(Health::degraded)
            .orElse(Health.up(view.wired().size() + " ports wired"));
  }

  private void connected() {
    readNanos = Optional.empty();
    hold.connected();
  }

  private HostView hostView(DesiredView view, List<Interface> interfaces) {
    Topology topology = Topology.of(view);
    return new HostView(
        host,
        topology,
        Wiring.of(topology.ports(), interfaces, host),
        settings.underlay().uplinks(interfaces),
        wires.known(),
        doorway.door(interfaces),
        TrunkEnds.numbers(interfaces));
  }

  private void program(OpenFlowConnection connection, Optional<Read> read, HostView view)
      throws IOException, InterruptedException {
    Optional<Long> known = read.map(Read::nanos).or(() -> readNanos);
    readNanos = Optional.empty();
    FlowDiff diff =
        programming.program(new Programming.Connected(connection), read.map(Read::contents), view);
    flowsAdded.increment(diff.added().size());
    flowsRemoved.increment(diff.removed().size());
    flowsHeld.set(programming.flows());
    readNanos = known;
  }

  /** What the switch holds, if it is not known or has not been looked at for long. */
  private Optional<Read> readIfDue(OpenFlowConnection connection)
      throws IOException, InterruptedException {
    long now = System.nanoTime();
    if (readNanos.filter(then -> now - then < settings.resync().toNanos()).isPresent()) {
      return Optional.empty();
    }
    readNanos = Optional.empty();
    Map<FlowKey, Flow> flows = FlowReader.read(new SwitchTables(connection));
    Set<MeterConfig> meters = Set.copyOf(SwitchLink.await(connection.meters()));
    wires.restore(Pipeline.learned(flows.values()));
    flowsHeld.set(flows.size());
    return Optional.of(new Read(new Programming.Contents(flows, meters), now));
  }

  /** What is to be done each second; any thread, never blocks. */
  public void tick() {
    wires.tick();
    link.send(advertiser.tick());
    link.send(gateways.tick());
  }

  /** What the switch was last programmed for. */
  public Optional<HostView> view() {
    return programmed;
  }

  /** The connection with the database. */
  public Health databaseHealth() {
    return link.databaseHealth();
  }

  /** The connection with the bridge. */
  public Health connectionHealth() {
    return link.connectionHealth();
  }

  /** The last attempt to reconcile. */
  public Health reconcileHealth() {
    return reconciled;
  }

  /** Ends the connections; flows stay as they are. */
  @Override
  public void close() throws IOException {
    doorway.close();
    wires.close();
    link.close();
  }
}
