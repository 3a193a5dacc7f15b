package io.virga.objectstore.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class FailoverContentTest {

  private static final int SIZE = 100;

  private final List<ByteBuf> given = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    assertThat(given).allMatch(buffer -> buffer.refCnt() == 0);
  }

  private ByteBuf numbers(long offset, long length) {
    ByteBuf bytes = Unpooled.buffer((int) length);
    for (long i = offset; i < offset + length; i++) {
      bytes.writeByte((int) i);
    }
    given.add(bytes);
    return bytes;
  }

  /** Content that gives so many bytes, one by one unless it is whole, and then fails. */
  private final class Copy implements ReplicaContent {
    private final int good;
    private boolean closed;

    Copy(int good) {
      this.good = good;
    }

    @Override
    public Optional<Mono<ByteBuf>> whole(long offset, long length) {
      return Optional.of(
          good < SIZE ? Mono.error(damaged()) : Mono.fromSupplier(() -> numbers(offset, length)));
    }

    @Override
    public Flux<ByteBuf> bytes(long offset, long length) {
      return Flux.range((int) offset, (int) length)
          .map(
              i -> {
                if (i >= good) {
                  throw damaged();
                }
                return numbers(i, 1);
              });
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static StoreFailure damaged() {
    return new StoreFailure.DamagedData("flipped");
  }

  private static FailoverContent content(List<ReplicaContent> copies, List<ReplicaContent> more) {
    return new FailoverContent(copies, () -> CompletableFuture.completedFuture(more));
  }

  private void assertWhole(FailoverContent content) {
    ByteBuf whole = content.whole(10, 50).orElseThrow().blockOptional().orElseThrow();
    ByteBuf expected = numbers(10, 50);
    assertThat(ByteBufUtil.equals(whole, expected)).isTrue();
    whole.release();
    expected.release();
    content.close();
  }

  @Test
  void givesOneBufferOfTheFirstCopy() {
    assertWhole(content(List.of(new Copy(SIZE), new Copy(0)), List.of()));
  }

  @Test
  void givesOneBufferOfThoseThatAreGood() {
    assertWhole(content(List.of(new Copy(0), new Copy(30), new Copy(SIZE)), List.of()));
  }

  @Test
  void asksThoseForOneBufferThatWereNotAsked() {
    Copy last = new Copy(SIZE);
    assertWhole(content(List.of(new Copy(0), new Copy(30)), List.of(new Copy(40), last)));
    assertThat(last.closed).isTrue();
  }

  @Test
  void releasesWhatItHadOfOneBufferWhenNoCopyIsGood() {
    FailoverContent content = content(List.of(new Copy(0), new Copy(30)), List.of());
    Mono<ByteBuf> whole = content.whole(10, 50).orElseThrow();
    assertThatThrownBy(whole::block).isInstanceOf(StoreFailure.DamagedData.class);
  }
}
