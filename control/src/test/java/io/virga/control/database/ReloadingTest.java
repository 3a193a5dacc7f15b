package io.virga.control.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Reads that overtake each other. */
final class ReloadingTest {

  private final Deque<Sinks.One<String>> reads = new ArrayDeque<>();
  private final List<String> copies = new ArrayList<>();
  private final Reloading<String> reloading =
      new Reloading<>(
          "things",
          Mono.defer(
              () -> {
                Sinks.One<String> read = Sinks.one();
                reads.add(read);
                return read.asMono();
              }),
          copies::add);

  @Test
  void whatWasReadEarlierDoesNotUndoWhatWasReadLater() {
    reloading.now().subscribe();
    reloading.now().subscribe();
    reads.removeLast().tryEmitValue("new").orThrow();
    reads.removeLast().tryEmitValue("old").orThrow();
    assertThat(copies).containsExactly("new");
  }

  @Test
  void readsInTheirOrderAreAllTaken() {
    reloading.now().subscribe();
    reads.removeLast().tryEmitValue("first").orThrow();
    reloading.now().subscribe();
    reads.removeLast().tryEmitValue("second").orThrow();
    assertThat(copies).containsExactly("first", "second");
  }
}
