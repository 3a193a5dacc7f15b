package io.virga.blockstore.nbd;

import io.virga.blockstore.export.Budget;

/**
 * What one connection holds of the budget: requests until they have ended, replies until the socket
 * has them, and room for a payload from when its request is known. Who holds nothing may always
 * begin one small request, so that others who are slow do not keep everybody waiting.
 */
final class Share {

  /** Of a message that is begun without asking; more than a receive takes anyhow. */
  private static final int SMALL_BYTES = 64 << 10;

  private static final int ALWAYS_ADMITTED_BYTES = 1 << 20;

  private final Budget budget;
  private int requests;
  private long bytes;
  private int reserved;

  Share(Budget budget) {
    this.budget = budget;
  }

  /** Whether a request with so many bytes may begin. */
  boolean admits(long requestBytes) {
    return reserved > 0
        || budget.hasRoom()
        || (requests == 0 && bytes == 0 && requestBytes <= ALWAYS_ADMITTED_BYTES);
  }

  /** Asks for room for a message whose payload is still to come; kept until it is complete. */
  boolean reserve(int messageBytes) {
    if (messageBytes <= SMALL_BYTES) {
      return true;
    }
    if (!admits(messageBytes)) {
      return false;
    }
    hold(messageBytes - reserved);
    reserved = messageBytes;
    return true;
  }

  /** The message is complete, or will not be. */
  void endReservation() {
    int ended = reserved;
    reserved = 0;
    release(ended);
  }

  void begin(long requestBytes) {
    requests++;
    bytes += requestBytes;
    budget.take(1, requestBytes);
  }

  void end(long requestBytes) {
    requests--;
    bytes -= requestBytes;
    budget.giveBack(1, requestBytes);
  }

  /** Bytes of replies that the socket has not taken. */
  void hold(long replyBytes) {
    bytes += replyBytes;
    budget.take(0, replyBytes);
  }

  void release(long replyBytes) {
    bytes -= replyBytes;
    budget.giveBack(0, replyBytes);
  }

  /** Bytes of requests, replies and payloads to come. */
  long bytes() {
    return bytes;
  }

  /** Requests that are under way. */
  int requests() {
    return requests;
  }
}
