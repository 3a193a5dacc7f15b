package io.virga.benchmarks.netbench;

import io.virga.dataplane.desired.PortSpec;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import io.virga.netagent.lab.LabHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * From the moment at which a host is told of a port, whose card is plugged already, to its first
 * ping of a neighbour that is answered.
 */
final class Plugging {

  private static final int NEIGHBOUR = 0;
  private static final int FIRST_IN_A_CROWD = 10_000;

  private final Lab lab;
  private final LabHost host;
  private final Path directory;
  private int next = NEIGHBOUR;

  /** Begins with a neighbour that answers. */
  Plugging(Lab lab, Path directory) throws IOException, InterruptedException {
    this.lab = lab;
    this.host = lab.host(0);
    this.directory = directory;
    PortSpec neighbour = LargeNetwork.port(next++, Desired.OPEN);
    guest(neighbour);
    lab.say(neighbour);
    lab.awaitWired(neighbour);
  }

  /** So many ports, one after the other, in milliseconds. */
  List<Double> firstAnswers(int rounds) throws IOException, InterruptedException {
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      PortSpec port = LargeNetwork.port(next++, Desired.OPEN);
      Guest guest = guest(port);
      Path output = directory.resolve("first-" + port.id());
      try (FirstAnswer answer = FirstAnswer.from(guest, LargeNetwork.address(NEIGHBOUR), output)) {
        long told = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        lab.say(port);
        millis.add(answer.millisAfter(told));
      }
    }
    return millis;
  }

  /**
   * The same while so many other ports are plugged and told of as fast as the switch takes them.
   */
  List<Double> firstAnswersInACrowd(int rounds, int crowd)
      throws IOException, InterruptedException {
    try (ExecutorService beside = Executors.newSingleThreadExecutor()) {
      Future<?> plugging = beside.submit(() -> plugCrowd(crowd));
      List<Double> millis = new ArrayList<>();
      while (millis.size() < rounds && !plugging.isDone()) {
        millis.addAll(firstAnswers(1));
      }
      plugging.get();
      return millis;
    } catch (ExecutionException failure) {
      throw new IllegalStateException("the crowd could not be plugged", failure);
    }
  }

  private Void plugCrowd(int crowd) throws IOException, InterruptedException {
    for (int number = FIRST_IN_A_CROWD; number < FIRST_IN_A_CROWD + crowd; number++) {
      PortSpec port = LargeNetwork.port(number, Desired.OPEN);
      String card = LargeNetwork.interfaceName(number);
      host.ovs()
          .vsctl(
              "add-port br-int %s -- set interface %s type=internal external_ids:iface-id=%s"
                  .formatted(card, card, port.id()));
      lab.say(port);
    }
    return null;
  }

  /** A guest with the port's card and address, of which the host has not been told. */
  Guest guest(PortSpec port) throws IOException, InterruptedException {
    String address = port.addresses().getFirst().ip() + LargeNetwork.PREFIX;
    return host.plug(port).configure(address, LargeNetwork.GATEWAY);
  }

  /** The number of a port that has not been used. */
  int nextNumber() {
    return next++;
  }
}
