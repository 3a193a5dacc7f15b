package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReadBuffersTest {

  private static ByteBuf take(int bytes) {
    return ReadBuffers.INSTANCE.directBuffer(bytes, bytes);
  }

  private static long address(ByteBuf buffer) {
    return buffer.memoryAddress();
  }

  @Test
  void takesFirstWhatWasReleasedLast() {
    ByteBuf first = take(Piece.MAXIMUM_STORED_BYTES);
    ByteBuf second = take(Piece.MAXIMUM_STORED_BYTES);
    long firstAddress = address(first);
    long secondAddress = address(second);
    second.release();
    first.release();
    ByteBuf third = take(Piece.MAXIMUM_STORED_BYTES - 1);
    ByteBuf fourth = take(Piece.MAXIMUM_STORED_BYTES);
    assertThat(address(third)).isEqualTo(firstAddress);
    assertThat(address(fourth)).isEqualTo(secondAddress);
    assertThat(third.capacity()).isEqualTo(Piece.MAXIMUM_STORED_BYTES - 1);
    assertThat(fourth.writableBytes()).isEqualTo(Piece.MAXIMUM_STORED_BYTES);
    third.release();
    fourth.release();
  }

  @Test
  void givesNoMemoryTwice() {
    List<ByteBuf> all = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      all.add(take(Piece.MAXIMUM_STORED_BYTES));
    }
    assertThat(all.stream().map(ReadBuffersTest::address).distinct()).hasSize(200);
    all.forEach(ByteBuf::release);
    all.clear();
    for (int i = 0; i < 200; i++) {
      all.add(take(Piece.MAXIMUM_STORED_BYTES));
    }
    assertThat(all.stream().map(ReadBuffersTest::address).distinct()).hasSize(200);
    all.forEach(ByteBuf::release);
  }

  @Test
  void doesNotKeepWhatAnotherThreadReleases() {
    ByteBuf buffer = take(Piece.MAXIMUM_STORED_BYTES);
    long released = address(buffer);
    CompletableFuture<Boolean> other = new CompletableFuture<>();
    Thread.ofPlatform()
        .start(
            () -> {
              buffer.release();
              ByteBuf own = take(Piece.MAXIMUM_STORED_BYTES);
              other.complete(address(own) == released);
              own.release();
            });
    assertThat(other.orTimeout(10, TimeUnit.SECONDS).join()).isFalse();
  }
}
