package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import io.virga.objectstore.device.Device;
import io.virga.objectstore.device.DeviceOptions;
import io.virga.objectstore.manifest.LargeObjects;
import io.virga.objectstore.manifest.Readable;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The space of a deleted object comes back only when nobody has it open any more. */
@Timeout(60)
class ReadableTest {

  private static final ContainerPath CONTAINER = new ContainerPath("AUTH_p1", "c");
  private static final int SEGMENT_BYTES = 2 << 20;
  private static final int OBJECTS = 20;
  private static final int OBJECT_BYTES = 300_000;

  @TempDir Path home;
  private TestNode node;
  private Device device;
  private ObjectStore store;
  private LargeObjects large;

  @BeforeEach
  void fill() throws IOException {
    node =
        TestNode.start(
            home,
            0,
            DeviceOptions.defaults().withSegments(SEGMENT_BYTES, 256 << 10).withMinimumFree(0));
    device = node.device();
    store = node.store();
    large = new LargeObjects(store);
    store.putContainer(CONTAINER, before -> before, false).block();
    for (int i = 0; i < OBJECTS; i++) {
      put("o" + i);
    }
  }

  @AfterEach
  void close() throws Exception {
    node.close();
  }

  private void put(String name) {
    store
        .receive(
            CONTAINER.object(name),
            OptionalLong.of(OBJECT_BYTES),
            Flux.just(Unpooled.wrappedBuffer(new byte[OBJECT_BYTES])),
            received ->
                store.put(
                    CONTAINER.object(name),
                    NewObject.of(received, "text/plain", Map.of()),
                    received.content(),
                    Condition.NONE))
        .block();
  }

  private Mono<Optional<Readable>> opened() {
    return large.open(CONTAINER.object("o0"));
  }

  private long reservedWhenAllIsDeleted() {
    for (int i = 0; i < OBJECTS; i++) {
      store.delete(CONTAINER.object("o" + i), Condition.NONE).block();
    }
    return reserved();
  }

  private long reserved() {
    device.compact();
    return device.reservedBytes();
  }

  @Test
  void isClosedWhenWhatUsesItIsCancelled() {
    Disposable use = Readable.using(opened(), found -> Mono.never()).subscribe();
    long open = reservedWhenAllIsDeleted();

    use.dispose();

    assertThat(open).isGreaterThan(SEGMENT_BYTES);
    assertThat(reserved()).isLessThanOrEqualTo(SEGMENT_BYTES);
  }

  @Test
  void isClosedWhenItsUseIsRefusedAtOnce() {
    Mono<Boolean> refused =
        Readable.using(
            opened(),
            found -> {
              throw new IllegalArgumentException("refused");
            });
    assertThatThrownBy(refused::block).hasMessage("refused");

    assertThat(reservedWhenAllIsDeleted()).isLessThanOrEqualTo(SEGMENT_BYTES);
  }
}
