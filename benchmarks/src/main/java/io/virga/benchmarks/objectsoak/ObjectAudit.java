package io.virga.benchmarks.objectsoak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.virga.benchmarks.cloud.Cloud;
import io.virga.benchmarks.cloud.Patience;
import io.virga.benchmarks.cloud.ScratchDirectory;
import io.virga.benchmarks.objectsoak.Findings.Damage;
import io.virga.benchmarks.objectsoak.ObjectDoors.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Looks at all objects after a load: each through Swift, all names through listings of every node,
 * all bytes once more through S3 by a stock client.
 */
final class ObjectAudit {

  private static final Duration S3_LIMIT = Duration.ofMinutes(10);

  /** In which an object and its listing come to say the same after a write that nobody answered. */
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(60);

  private static final Duration LOOK_INTERVAL = Duration.ofSeconds(1);
  private static final int PAGE = 1000;
  private static final Optional<byte[]> NONE = Optional.empty();

  private final Cloud cloud;
  private final ObjectDoors doors;
  private final Findings findings;

  ObjectAudit(Cloud cloud, ObjectDoors doors, Findings findings) {
    this.cloud = cloud;
    this.doors = doors;
    this.findings = findings;
  }

  void check(List<ObjectClient> clients) {
    for (ObjectClient client : clients) {
      client
          .ledger()
          .objects()
          .forEach((name, known) -> object(client.container() + "/" + name, name, known));
    }
    clients.stream()
        .collect(Collectors.groupingBy(ObjectClient::container, TreeMap::new, Collectors.toList()))
        .forEach(
            (container, users) -> {
              listings(container, users);
              viaS3(container, users);
            });
  }

  private void object(String path, String name, Ledger.Known known) {
    Optional<byte[]> bytes = read(path);
    String why = path + " at the end; " + known;
    if (bytes.isEmpty()) {
      if (!known.mayBeAbsent()) {
        findings.add(Damage.LOST, why);
      }
    } else if (known.mustBeAbsent()) {
      findings.add(Damage.GHOST, why);
    } else if (!isOneOf(known, name, bytes.get())) {
      findings.add(Damage.WRONG, why);
    }
  }

  private static boolean isOneOf(Ledger.Known known, String name, byte[] bytes) {
    return known.possible().stream()
        .flatMap(Optional::stream)
        .anyMatch(version -> Arrays.equals(bytes, Contents.of(name, version)));
  }

  /** The bytes of an object; empty if there is none. */
  private Optional<byte[]> read(String path) {
    int node = Math.floorMod(path.hashCode(), doors.count());
    Reply.Answered answer = answered(node, path, "");
    return switch (answer.status()) {
      case 200 -> Optional.of(answer.body());
      case 404 -> Optional.empty();
      default -> throw new IllegalStateException(path + " is answered with " + answer.status());
    };
  }

  /** A fault may just have ended: asks until there is an answer. */
  private Reply.Answered answered(int node, String path, String query) {
    return Patience.await(
        path + " to be answered",
        SETTLE_LIMIT,
        LOOK_INTERVAL,
        () ->
            doors.send(node, "GET", path, query, NONE) instanceof Reply.Answered answer
                ? Optional.of(answer)
                : Optional.empty());
  }

  private void listings(String container, List<ObjectClient> users) {
    for (int node = 0; node < doors.count(); node++) {
      Set<String> listed = listing(node, container);
      for (ObjectClient user : users) {
        String where = " in the listing of %s by node %d".formatted(container, node + 1);
        Set<String> own =
            listed.stream().filter(n -> n.startsWith(user.prefix())).collect(Collectors.toSet());
        user.ledger()
            .compare(
                own,
                (damage, name) ->
                    findings.add(damage, name + where + "; " + user.ledger().describe(name)));
      }
    }
    long deadline = System.nanoTime() + SETTLE_LIMIT.toNanos();
    Set<String> unsettled = unsettled(container, users);
    while (!unsettled.isEmpty() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_INTERVAL.toNanos());
      unsettled = unsettled(container, users);
    }
    unsettled.forEach(
        name ->
            findings.add(Damage.GHOST, container + "/" + name + " is listed and not read, or so"));
  }

  /** Names whose last write nobody answered, and that a listing sees and a read does not, or so. */
  private Set<String> unsettled(String container, List<ObjectClient> users) {
    Set<String> listed = listing(0, container);
    Set<String> unsettled = new HashSet<>();
    for (ObjectClient user : users) {
      user.ledger()
          .objects()
          .forEach(
              (name, known) -> {
                boolean there = listed.contains(name);
                if (!known.isCertain() && read(container + "/" + name).isPresent() != there) {
                  unsettled.add(name);
                }
              });
    }
    return unsettled;
  }

  private Set<String> listing(int node, String container) {
    Set<String> names = new HashSet<>();
    String marker = "";
    List<String> page;
    do {
      String query = "?limit=%d&marker=%s".formatted(PAGE, ObjectDoors.encoded(marker));
      Reply.Answered answer = answered(node, container, query);
      if (answer.status() / 100 != 2) {
        throw new IllegalStateException(container + " is answered with " + answer.status());
      }
      page = new String(answer.body(), UTF_8).lines().toList();
      names.addAll(page);
      marker = page.isEmpty() ? "" : page.getLast();
    } while (page.size() == PAGE);
    return names;
  }

  private void viaS3(String container, List<ObjectClient> users) {
    try (ScratchDirectory copy = ScratchDirectory.make("virga-audit")) {
      cloud.aws(
          S3_LIMIT,
          "s3",
          "sync",
          "--only-show-errors",
          "s3://" + container,
          copy.path().toString());
      for (ObjectClient user : users) {
        user.ledger()
            .objects()
            .forEach(
                (name, known) ->
                    copied(copy.path().resolve(name), "s3://" + container, name, known));
      }
    }
  }

  private void copied(Path file, String bucket, String name, Ledger.Known known) {
    String why = "%s/%s at the end; %s".formatted(bucket, name, known);
    try {
      if (!Files.exists(file)) {
        if (!known.mayBeAbsent()) {
          findings.add(Damage.LOST, why);
        }
      } else if (known.mustBeAbsent()) {
        findings.add(Damage.GHOST, why);
      } else if (!isOneOf(known, name, Files.readAllBytes(file))) {
        findings.add(Damage.WRONG, why);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
