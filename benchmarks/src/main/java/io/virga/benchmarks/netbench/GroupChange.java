package io.virga.benchmarks.netbench;

import io.virga.dataplane.desired.PortSpec;
import io.virga.dataplane.desired.SecurityGroupSpec.Direction;
import io.virga.netagent.lab.Desired;
import io.virga.netagent.lab.Guest;
import io.virga.netagent.lab.Lab;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/** Ports that let in the members of a large group, whose members change. */
final class GroupChange {

  private static final String MANY = "56000000-0000-4000-8000-000000000005";
  private static final String GUARDED = "56000000-0000-4000-8000-000000000006";
  private static final String NOBODY = "10.65.255.255";
  private static final int GUARDED_PORTS = 5;

  private final Lab lab;
  private final Path directory;
  private final List<PortSpec> guarded = new ArrayList<>();
  private final String memberAddress;
  private final Guest member;
  private long generation = 1;

  GroupChange(Lab lab, Plugging plugging, Path directory) throws IOException, InterruptedException {
    this.lab = lab;
    this.directory = directory;
    PortSpec port = LargeNetwork.port(plugging.nextNumber(), Desired.OPEN);
    this.memberAddress = port.addresses().getFirst().ip();
    this.member = plugging.guest(port);
    lab.say(
        port,
        LargeNetwork.members(MANY, generation, 1, NOBODY),
        Desired.group(
            GUARDED, Desired.any(Direction.EGRESS), Desired.fromGroup(Direction.INGRESS, MANY)));
    lab.awaitWired(port);
    for (int number = 0; number < GUARDED_PORTS; number++) {
      PortSpec other = LargeNetwork.port(plugging.nextNumber(), GUARDED);
      plugging.guest(other);
      lab.say(other);
      guarded.add(other);
    }
    lab.awaitWired(guarded.toArray(PortSpec[]::new));
  }

  /** Milliseconds from being told of one more among so many members to its first answered ping. */
  List<Double> firstAnswers(int members, int rounds) throws IOException, InterruptedException {
    String target = guarded.getFirst().addresses().getFirst().ip();
    List<Double> millis = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      change(members, NOBODY);
      while (member.run("ping -c 1 -W 0.2 " + target).succeeded()) {
        Thread.sleep(10);
      }
      Path output = directory.resolve("member-" + generation);
      try (FirstAnswer answer = FirstAnswer.from(member, target, output)) {
        long told = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        change(members, memberAddress);
        millis.add(answer.millisAfter(told));
      }
    }
    return millis;
  }

  /** Makes the group so large, {@value #GUARDED_PORTS} times as many flows. */
  void grow(int members) {
    change(members, memberAddress);
  }

  private void change(int members, String one) {
    generation++;
    lab.say(LargeNetwork.members(MANY, generation, members, one));
  }

  Guest member() {
    return member;
  }
}
