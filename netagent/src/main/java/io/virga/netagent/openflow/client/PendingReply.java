package io.virga.netagent.openflow.client;

import io.virga.netagent.openflow.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A request that waits for its reply, which may come in parts. */
final class PendingReply<T> {

  /** One part of a reply: what it holds, and whether more follows. */
  record Part<T>(List<T> items, boolean more) {}

  private final Function<Message, Optional<Part<T>>> reader;
  private final List<T> items = new ArrayList<>();
  private final CompletableFuture<List<T>> future = new CompletableFuture<>();

  /**
   * @param reader what a message says to this request; empty if it is no reply to it
   */
  PendingReply(Function<Message, Optional<Part<T>>> reader) {
    this.reader = reader;
  }

  CompletableFuture<List<T>> future() {
    return future;
  }

  /** Whether the message was the last part of the reply. */
  boolean accept(Message message) {
    Optional<Part<T>> part = reader.apply(message);
    if (part.isEmpty()) {
      return false;
    }
    items.addAll(part.get().items());
    if (part.get().more()) {
      return false;
    }
    future.complete(List.copyOf(items));
    return true;
  }

  void fail(OpenFlowException failure) {
    future.completeExceptionally(failure);
  }
}
