package io.virga.objectstore.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

class ReadAheadTest {

  private final List<CompletableFuture<ByteBuf>> reads =
      List.of(new CompletableFuture<>(), new CompletableFuture<>(), new CompletableFuture<>());
  private final List<ByteBuf> taken = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private static ByteBuf buffer(int number) {
    return Unpooled.buffer(4).writeInt(number);
  }

  private Flux<ByteBuf> flux() {
    return ReadAhead.of(List.of(0, 1, 2), reads::get);
  }

  @Test
  void givesPiecesInTheirOrder() {
    flux().subscribe(taken::add, failures::add);
    List<ByteBuf> buffers = List.of(buffer(0), buffer(1), buffer(2));
    for (int i : new int[] {1, 0, 2}) {
      reads.get(i).complete(buffers.get(i));
    }
    assertThat(taken).containsExactlyElementsOf(buffers);
    assertThat(taken).allMatch(buffer -> buffer.refCnt() == 1 && buffer.release());
    assertThat(failures).isEmpty();
  }

  @Test
  void releasesWhatWasReadAheadOfAPieceThatFails() {
    flux().subscribe(taken::add, failures::add);
    ByteBuf ahead = buffer(1);
    reads.get(1).complete(ahead);
    reads.get(0).completeExceptionally(new StoreFailure.DamagedData("flipped"));
    assertThat(taken).isEmpty();
    assertThat(failures).hasSize(1).allMatch(StoreFailure.DamagedData.class::isInstance);
    assertThat(ahead.refCnt()).isZero();
  }

  @Test
  void releasesWhatComesAfterTheReaderHasGone() {
    Disposable reading = flux().subscribe(taken::add, failures::add);
    reading.dispose();
    ByteBuf first = buffer(0);
    ByteBuf ahead = buffer(1);
    reads.get(0).complete(first);
    reads.get(1).complete(ahead);
    assertThat(first.refCnt()).isZero();
    assertThat(ahead.refCnt()).isZero();
    assertThat(taken).isEmpty();
  }

  @Test
  void readsNoMoreThanOneAhead() {
    List<Integer> begun = new ArrayList<>();
    Flux<ByteBuf> flux =
        ReadAhead.of(
            List.of(0, 1, 2),
            piece -> {
              begun.add(piece);
              return reads.get(piece);
            });
    flux.subscribe(taken::add, failures::add);
    assertThat(begun).containsExactly(0, 1);
    reads.get(0).complete(buffer(0));
    assertThat(begun).containsExactly(0, 1, 2);
    reads.get(1).complete(buffer(1));
    reads.get(2).complete(buffer(2));
    assertThat(taken).hasSize(3).allMatch(ByteBuf::release);
  }

  @Test
  void manyReadersReadOnlyWhatIsAskedFor() {
    List<Disposable> others = new ArrayList<>();
    for (int i = 0; i < ReadAhead.MOST_AHEAD; i++) {
      others.add(ReadAhead.of(List.of(0), piece -> new CompletableFuture<>()).subscribe());
    }
    List<Integer> begun = new ArrayList<>();
    Flux<ByteBuf> flux =
        ReadAhead.of(
            List.of(0, 1, 2),
            piece -> {
              begun.add(piece);
              return reads.get(piece);
            });
    BaseSubscriber<ByteBuf> reader =
        new BaseSubscriber<>() {
          @Override
          protected void hookOnSubscribe(Subscription subscription) {
            // It asks when the test says so.
          }

          @Override
          protected void hookOnNext(ByteBuf piece) {
            taken.add(piece);
          }
        };
    flux.subscribe(reader);
    assertThat(begun).isEmpty();
    reader.request(1);
    assertThat(begun).containsExactly(0);
    reads.get(0).complete(buffer(0));
    assertThat(taken).hasSize(1);
    assertThat(begun).containsExactly(0);
    reader.request(1);
    reader.request(1);
    assertThat(begun).containsExactly(0, 1);
    ByteBuf late = buffer(1);
    reader.cancel();
    reads.get(1).complete(late);
    assertThat(late.refCnt()).isZero();
    assertThat(taken).hasSize(1).allMatch(ByteBuf::release);
    others.forEach(Disposable::dispose);
    begun.clear();
    Disposable ahead = flux.subscribe();
    assertThat(begun).contains(0, 1);
    ahead.dispose();
  }
}
