package io.virga.control.operator.command;

import io.virga.control.operator.ring.DeviceName;
import io.virga.control.operator.ring.NewDevices;
import io.virga.control.operator.ring.RingDirectory;
import io.virga.control.operator.ring.RingReport;
import io.virga.control.operator.ring.RingValidation;
import io.virga.dataplane.json.Json;
import io.virga.dataplane.ring.Rebalance;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingDevice;
import io.virga.dataplane.ring.RingQuality;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes and changes the rings that say which devices hold what. */
@Command(
    name = "ring",
    description = "Says which devices hold what. A RING is account, container, object or object-N.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = RingPolicyCommand.class)
public final class RingCommand {

  private static final String RING = "RING";
  private static final String DEVICE = "DEVICE";
  private static final String DEVICE_HELP = "its id, or HOST:PORT/NAME";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Command(name = "create", description = "Begins a ring.", mixinStandardHelpOptions = true)
  int create(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Option(
              names = "--part-power",
              defaultValue = "10",
              description = "2^N partitions, for good; 0 to 24, ${DEFAULT-VALUE} by default")
          int partPower,
      @Option(names = "--replicas", defaultValue = "3", description = "${DEFAULT-VALUE} by default")
          int replicas,
      @Option(
              names = "--min-part-hours",
              defaultValue = "1",
              description = "how long a partition rests after a move; ${DEFAULT-VALUE} by default")
          int hours,
      @Option(
              names = "--overload",
              defaultValue = "0",
              description = "0.1: a device may hold a tenth more than by weight")
          double overload)
      throws IOException {
    RingBuilder builder =
        new RingBuilder(partPower, replicas).setMinPartHours(hours).setOverload(overload);
    rings(home).create(ring, builder);
    out().printf("%s: begun; add devices, then rebalance%n", ring);
    return 0;
  }

  @Command(name = "show", description = "Shows rings.", mixinStandardHelpOptions = true)
  int show(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING, arity = "0..1", description = "all by default")
          @Nullable String ring,
      @Option(names = "--json", description = "for programs") boolean json)
      throws IOException {
    RingDirectory rings = rings(home);
    List<RingReport> reports = new ArrayList<>();
    for (String name : ring == null ? rings.names() : List.of(ring)) {
      reports.add(RingReport.of(name, rings.read(name), Instant.now()));
    }
    if (json) {
      out().println(Json.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(reports));
    } else {
      reports.forEach(report -> report.print(out()));
    }
    return 0;
  }

  /** Where a new device is. */
  static final class Place {
    @Option(
        names = "--region",
        defaultValue = "1",
        description = "a number; ${DEFAULT-VALUE} by default")
    private int region;

    @Option(
        names = "--zone",
        defaultValue = "1",
        description = "a number within the region; ${DEFAULT-VALUE} by default")
    private int zone;

    @Option(
        names = "--node",
        required = true,
        paramLabel = "HOST:PORT",
        description = "where its node listens for the other nodes")
    private String node = "";

    RingDevice add(RingBuilder builder, String name, double weight) {
      DeviceName.Node address = DeviceName.node(node);
      return builder.add(region, zone, address.host(), address.port(), name, weight);
    }
  }

  @Command(name = "add", description = "Adds a device.", mixinStandardHelpOptions = true)
  int add(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = "NAME", description = "its folder on the node") String name,
      @Mixin Place place,
      @Option(
              names = "--weight",
              defaultValue = "100",
              description = "its share against the others'; ${DEFAULT-VALUE} by default")
          double weight)
      throws IOException {
    RingDevice added = rings(home).change(ring, builder -> place.add(builder, name, weight));
    out().printf("%s: device %d is %s/%s%n", ring, added.id(), added.node(), added.name());
    return 0;
  }

  @Command(
      name = "remove",
      description = "Takes a device out: the next rebalance moves all that is on it.",
      mixinStandardHelpOptions = true)
  int remove(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = DEVICE, description = DEVICE_HELP) String device)
      throws IOException {
    return change(home, ring, builder -> builder.remove(DeviceName.find(builder, device).id()));
  }

  @Command(
      name = "set-weight",
      description = "Sets the weight of a device; 0 drains it.",
      mixinStandardHelpOptions = true)
  int setWeight(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = DEVICE, description = DEVICE_HELP) String device,
      @Parameters(paramLabel = "WEIGHT") double weight)
      throws IOException {
    return change(
        home, ring, builder -> builder.setWeight(DeviceName.find(builder, device).id(), weight));
  }

  @Command(
      name = "set-overload",
      description = "Sets how far above its weight a device may go for dispersion: 0.1 is 10 %%.",
      mixinStandardHelpOptions = true)
  int setOverload(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = "FACTOR") double factor)
      throws IOException {
    return change(home, ring, builder -> builder.setOverload(factor));
  }

  @Command(
      name = "set-min-part-hours",
      description = "Sets for how long a partition that has moved does not move again.",
      mixinStandardHelpOptions = true)
  int setMinPartHours(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = "HOURS") int hours)
      throws IOException {
    return change(home, ring, builder -> builder.setMinPartHours(hours));
  }

  @Command(
      name = "set-replicas",
      description = "Sets the number of replicas.",
      mixinStandardHelpOptions = true)
  int setReplicas(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Parameters(paramLabel = "COUNT") int count)
      throws IOException {
    return change(home, ring, builder -> builder.setReplicas(count));
  }

  @Command(
      name = "rebalance",
      description = "Makes the next version of a ring; running nodes take it within seconds.",
      mixinStandardHelpOptions = true)
  int rebalance(
      @Mixin HomeOption home,
      @Parameters(paramLabel = RING) String ring,
      @Option(
              names = "--offline",
              description = "do not ask whether the nodes of new devices answer")
          boolean offline)
      throws IOException {
    Rebalance done =
        rings(home)
            .change(
                ring,
                builder -> {
                  if (!offline) {
                    NewDevices.requireAnswers(builder);
                  }
                  return builder.rebalance(Instant.now());
                });
    out()
        .printf(
            "%s: version %d, %d of %d replicas moved, %d placed%n",
            ring,
            done.ring().version(),
            done.moved(),
            done.ring().replicas() * done.ring().partitions(),
            done.placed());
    RingReport.print(out(), RingQuality.of(done.ring()));
    return 0;
  }

  @Command(
      name = "validate",
      description = "Checks all rings and storage policies; exit status 1 if something is wrong.",
      mixinStandardHelpOptions = true)
  int validate(@Mixin HomeOption home) throws IOException {
    List<String> problems = new RingValidation(rings(home)).problems();
    problems.forEach(out()::println);
    if (problems.isEmpty()) {
      out().println("all rings are valid");
    }
    return problems.isEmpty() ? 0 : 1;
  }

  private int change(
      HomeOption home, String ring, RingDirectory.Change<RingBuilder, RingBuilder> change)
      throws IOException {
    rings(home).change(ring, change);
    out().printf("%s: changed; takes effect with the next rebalance%n", ring);
    return 0;
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  static RingDirectory rings(HomeOption home) {
    return new RingDirectory(home.existing().rings());
  }
}
