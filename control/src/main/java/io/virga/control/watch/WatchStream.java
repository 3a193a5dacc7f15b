package io.virga.control.watch;

import io.virga.dataplane.watch.WatchEvent;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * One open stream: what the hub has told it and its client has not taken yet. A client that falls
 * behind by more than {@link #MAX_QUEUED} changes is cut off; it comes back and lists.
 */
final class WatchStream {

  static final int MAX_QUEUED = 8192;

  private final String host;
  private final List<String> kinds;
  private final Sinks.Many<Told> sink =
      Sinks.many().unicast().onBackpressureBuffer(new ArrayBlockingQueue<>(MAX_QUEUED));

  WatchStream(String host, List<String> kinds) {
    this.host = host;
    this.kinds = kinds;
  }

  /** An event with its revision, so that what a list already held is passed over. */
  private record Told(long revision, WatchEvent event) {}

  boolean wants(Change change) {
    return (change.host().equals(host) || change.host().equals(DesiredStates.EVERY_HOST))
        && kinds.contains(change.kind());
  }

  /** Called by the hub alone, one call at a time. */
  void tell(long revision, WatchEvent event) {
    emit(new Told(revision, event));
  }

  /** All changes up to the revision have been told. */
  void bookmark(long revision) {
    emit(new Told(revision, new WatchEvent.Bookmark(revision)));
  }

  private void emit(Told told) {
    if (sink.tryEmitNext(told) == Sinks.EmitResult.FAIL_OVERFLOW) {
      sink.tryEmitError(new IllegalStateException("the client at " + host + " is too slow"))
          .isSuccess();
    }
  }

  /** What was told since the stream was made, without revisions below the horizon. */
  Flux<WatchEvent> eventsFrom(long horizon) {
    return sink.asFlux().filter(told -> told.revision() >= horizon).map(Told::event);
  }
}
