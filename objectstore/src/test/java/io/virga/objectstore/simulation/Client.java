package io.virga.objectstore.simulation;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Does one thing after the other, at any node, and tells the history of it. */
final class Client {

  static final ContainerPath CONTAINER = new ContainerPath("AUTH_p", "c");

  private static final String VERSION = "x-object-meta-version";
  private static final int CHUNK_BYTES = 30_000;
  private static final int[] SIZES = {0, 20, 700, 5_000, 5_000, 70_000};
  private static final int THINKING_MILLIS = 3_000;
  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final VirtualTime time;
  private final History history;
  private final List<SimulatedNode> nodes;
  private final List<String> names;
  private final Random random;
  private int left;

  Client(Simulation.Stage stage, List<String> names, long seed, int operations) {
    this.time = stage.time();
    this.history = stage.history();
    this.nodes = stage.nodes();
    this.names = names;
    this.random = new Random(seed);
    this.left = operations;
  }

  boolean isDone() {
    return left == 0;
  }

  void begin() {
    time.after(Duration.ofMillis(random.nextInt(THINKING_MILLIS)), this::act);
  }

  private void act() {
    Optional<SimulatedNode.Life> node = nodes.get(random.nextInt(nodes.size())).life();
    String name = names.get(random.nextInt(names.size()));
    int choice = random.nextInt(100);
    if (node.isEmpty()) {
      next();
      return;
    }
    ObjectStore store = node.get().store();
    if (choice < 35) {
      put(store, history.put(name, false, time.nowNanos()));
    } else if (choice < 45) {
      put(store, history.put(name, true, time.nowNanos()));
    } else if (choice < 60) {
      delete(store, name);
    } else if (choice < 90) {
      read("a read", store, name, this::next);
    } else {
      list("a listing", store, this::next);
    }
  }

  private void next() {
    left--;
    if (left > 0) {
      begin();
    }
  }

  private History.Span since(long begun) {
    return new History.Span(begun, time.nowNanos());
  }

  /** Waits for an answer, which may not come. */
  private <T> void expect(Mono<T> answer, Answered<T> then, Runnable always) {
    boolean[] over = new boolean[1];
    Runnable end =
        () -> {
          if (!over[0]) {
            over[0] = true;
            always.run();
          }
        };
    time.after(PATIENCE, end);
    answer.subscribe(
        value -> {
          if (!over[0]) {
            then.answered(value);
          }
          end.run();
        },
        failure -> end.run(),
        end);
  }

  private interface Answered<T> {
    void answered(T value);
  }

  private void put(ObjectStore store, History.Change change) {
    ObjectPath path = CONTAINER.object(change.name);
    byte[] bytes = bytes(change.version);
    List<ByteBuf> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += CHUNK_BYTES) {
      chunks.add(Unpooled.wrappedBuffer(bytes, at, Math.min(CHUNK_BYTES, bytes.length - at)));
    }
    Map<String, String> metadata = Map.of(VERSION, "" + change.version);
    Mono<Result<ObjectRow>> put =
        store.receive(
            path,
            OptionalLong.of(bytes.length),
            Flux.fromIterable(chunks),
            received ->
                store.put(
                    path,
                    NewObject.of(received, "text/plain", metadata),
                    received.content(),
                    change.ifAbsent ? Condition.ABSENT : Condition.NONE));
    expect(
        put,
        result -> {
          switch (result) {
            case Result.Done<ObjectRow>(ObjectRow row) ->
                history.acknowledged(change, Optional.of(row.timestamp()), time.nowNanos());
            case Result.Refused<ObjectRow>(Result.Refusal refusal) -> {
              if (refusal != Result.Refusal.CONDITION_FAILED || !change.ifAbsent) {
                history.violate(change + " was refused: " + refusal);
              }
              history.refused(change, time.nowNanos());
            }
          }
        },
        this::next);
  }

  private void delete(ObjectStore store, String name) {
    History.Change change = history.delete(name, time.nowNanos());
    expect(
        store.delete(CONTAINER.object(name), Condition.NONE),
        result -> {
          switch (result) {
            case Result.Done<ObjectRow> done ->
                history.acknowledged(change, Optional.empty(), time.nowNanos());
            case Result.Refused<ObjectRow>(Result.Refusal refusal) -> {
              if (refusal != Result.Refusal.NO_OBJECT) {
                history.violate(change + " was refused: " + refusal);
              }
              history.refused(change, time.nowNanos());
              history.read("a deletion", name, 0, Optional.empty(), since(change.begunNanos));
            }
          }
        },
        this::next);
  }

  /** Reads an object and all its bytes. */
  void read(String what, ObjectStore store, String name, Runnable always) {
    long begun = time.nowNanos();
    expect(
        store.open(CONTAINER.object(name)).flatMap(Client::received),
        found -> {
          if (found.isEmpty()) {
            history.read(what, name, 0, Optional.empty(), since(begun));
            return;
          }
          ObjectRow row = found.get().row();
          int version = Integer.parseInt(row.metadata(VERSION).orElse("-1"));
          if (!Arrays.equals(found.get().bytes(), bytes(version))) {
            history.violate("%s: wrong bytes of version %d of %s".formatted(what, version, name));
          }
          history.read(what, name, version, Optional.of(row.timestamp()), since(begun));
        },
        always);
  }

  private record Received(ObjectRow row, byte[] bytes) {}

  private static Mono<Optional<Received>> received(Optional<ObjectStore.Open> opened) {
    if (opened.isEmpty()) {
      return Mono.just(Optional.empty());
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    ObjectStore.Open open = opened.get();
    return open.content()
        .bytes(0, open.row().sizeBytes())
        .doOnNext(
            part -> {
              all.writeBytes(ByteBufUtil.getBytes(part));
              part.release();
            })
        .then(Mono.fromCallable(() -> Optional.of(new Received(open.row(), all.toByteArray()))))
        .doFinally(signal -> open.close());
  }

  /** Lists the container. */
  void list(String what, ObjectStore store, Runnable always) {
    long begun = time.nowNanos();
    int limit = 1 + random.nextInt(names.size() + 1);
    expect(
        store.listObjects(CONTAINER, ListingQuery.of("", "", limit)),
        listing -> {
          if (listing.isEmpty()) {
            history.violate(what + " says that there is no container");
            return;
          }
          Set<String> listed =
              listing.get().page().items().stream()
                  .map(ListingPage.Item::name)
                  .collect(Collectors.toSet());
          for (String name : names) {
            if (listed.contains(name) || !listing.get().page().truncated()) {
              history.listed(name, listed.contains(name), since(begun));
            }
          }
        },
        always);
  }

  private static byte[] bytes(int version) {
    Random random = new Random(version);
    byte[] bytes = new byte[SIZES[random.nextInt(SIZES.length)]];
    random.nextBytes(bytes);
    return bytes;
  }
}
