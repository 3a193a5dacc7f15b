package io.virga.benchmarks.objectsoak;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.virga.benchmarks.objectsoak.Findings.Damage;
import io.virga.benchmarks.objectsoak.ObjectDoors.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes, reads, deletes and lists objects of its own through any node, and holds each answer to
 * what was acknowledged before. One thread runs it.
 */
final class ObjectClient implements Runnable {

  private static final int OWN_OBJECTS = 100;

  private final int number;
  private final ObjectDoors doors;
  private final Shared shared;
  private final Random random;
  private final Ledger ledger = new Ledger();
  private final List<String> names = new ArrayList<>();
  private int written;
  private int made;

  /**
   * What all clients of a load have in common.
   *
   * @param pause after each request
   */
  record Shared(Findings findings, Counters counters, Duration pause) {}

  /** Sums over all clients. */
  static final class Counters {
    final AtomicInteger acknowledged = new AtomicInteger();
    final Map<String, Integer> refused = new ConcurrentHashMap<>();
    final AtomicInteger read = new AtomicInteger();
    final AtomicLong slowestNanos = new AtomicLong();
    volatile boolean stopped;
  }

  ObjectClient(int number, ObjectDoors doors, Shared shared, long seed) {
    this.number = number;
    this.doors = doors;
    this.shared = shared;
    this.random = new Random(seed);
    for (int i = 0; i < OWN_OBJECTS; i++) {
      names.add(newName());
    }
  }

  Ledger ledger() {
    return ledger;
  }

  String container() {
    return ObjectTraffic.container(number);
  }

  String prefix() {
    return "c%02d/".formatted(number);
  }

  private String newName() {
    return prefix() + "n%05d".formatted(made++);
  }

  @Override
  public void run() {
    while (!shared.counters().stopped) {
      int slot = random.nextInt(names.size());
      int choice = random.nextInt(100);
      if (choice < 50) {
        put(slot);
      } else if (choice < 62) {
        delete(slot);
      } else if (choice < 96) {
        get(names.get(slot));
      } else {
        list();
      }
      LockSupport.parkNanos(shared.pause().toNanos());
    }
  }

  private Reply send(String method, String name, String query, Optional<byte[]> body) {
    long begun = System.nanoTime();
    String path = name.isEmpty() ? container() : container() + "/" + name;
    Reply reply = doors.send(random.nextInt(doors.count()), method, path, query, body);
    long took = System.nanoTime() - begun;
    shared.counters().slowestNanos.accumulateAndGet(took, Math::max);
    switch (reply) {
      case Reply.Answered ignored -> {}
      case Reply.NotSent() -> refused(method + " no node listens");
      case Reply.Unanswered(String reason) -> refused(method + " " + reason);
    }
    return reply;
  }

  /** Reasons differ in the numbers that they name. */
  private void refused(String reason) {
    shared.counters().refused.merge(reason.replaceAll("[0-9]{2,}", "N"), 1, Integer::sum);
  }

  private void put(int slot) {
    String name = names.get(slot);
    int version = ++written;
    Optional<Integer> is = Optional.of(version);
    byte[] body = Contents.of(name, version);
    switch (send("PUT", name, "", Optional.of(body))) {
      case Reply.Answered(int status, byte[] ignored) when status == 201 ->
          acknowledged(name, is, "put " + version);
      case Reply.Answered(int status, byte[] text) -> {
        find(Damage.WRONG, name, "put %d was answered with %d".formatted(version, status), text);
        leave(slot, is, "put " + version + " refused with " + status);
      }
      case Reply.Unanswered(String reason) -> leave(slot, is, "put " + version + ": " + reason);
      case Reply.NotSent() -> {}
    }
  }

  private void delete(int slot) {
    String name = names.get(slot);
    boolean absent = ledger.of(name).mustBeAbsent();
    switch (send("DELETE", name, "", Optional.empty())) {
      case Reply.Answered(int status, byte[] ignored) when status == (absent ? 404 : 204) ->
          acknowledged(name, Optional.empty(), "deleted");
      case Reply.Answered(int status, byte[] text) -> {
        Damage damage = absent ? Damage.GHOST : status == 404 ? Damage.LOST : Damage.WRONG;
        find(damage, name, "deletion was answered with " + status, text);
        leave(slot, Optional.empty(), "deletion refused with " + status);
      }
      case Reply.Unanswered(String reason) -> leave(slot, Optional.empty(), "deletion: " + reason);
      case Reply.NotSent() -> {}
    }
  }

  private void get(String name) {
    if (send("GET", name, "", Optional.empty()) instanceof Reply.Answered(int status, byte[] is)) {
      shared.counters().read.incrementAndGet();
      Ledger.Known known = ledger.of(name);
      switch (status) {
        case 200 -> {
          Optional<Integer> version = known.possible().iterator().next();
          if (version.isEmpty()) {
            find(Damage.GHOST, name, "was read", new byte[0]);
          } else if (!Arrays.equals(is, Contents.of(name, version.get()))) {
            find(Damage.WRONG, name, "was read as %d bytes".formatted(is.length), new byte[0]);
          }
        }
        case 404 -> {
          if (!known.mayBeAbsent()) {
            find(Damage.LOST, name, "was not found", is);
          }
        }
        default -> find(Damage.WRONG, name, "reading was answered with " + status, is);
      }
    }
  }

  private void list() {
    Reply reply = send("GET", "", "?limit=10000&prefix=" + prefix(), Optional.empty());
    if (reply instanceof Reply.Answered(int status, byte[] text)) {
      shared.counters().read.incrementAndGet();
      if (status != 200 && status != 204) {
        find(Damage.WRONG, prefix(), "listing was answered with " + status, text);
        return;
      }
      Set<String> listed = Set.copyOf(new String(text, UTF_8).lines().toList());
      ledger.compare(listed, (damage, name) -> find(damage, name, "in a listing", new byte[0]));
    }
  }

  private void acknowledged(String name, Optional<Integer> version, String event) {
    ledger.acknowledged(name, version, event);
    shared.counters().acknowledged.incrementAndGet();
  }

  /** The object is not written again, and another takes its place. */
  private void leave(int slot, Optional<Integer> version, String event) {
    ledger.unanswered(names.get(slot), version, event);
    names.set(slot, newName());
  }

  private void find(Damage damage, String name, String how, byte[] text) {
    shared
        .findings()
        .add(
            damage,
            "%s/%s %s %s, %s"
                .formatted(container(), name, how, new String(text, UTF_8), ledger.describe(name)));
  }
}
