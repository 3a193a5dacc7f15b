package io.virga.objectstore.peer;

import io.virga.dataplane.Invariant;

/**
 * One stream's credit, each direction. It opens with REQUEST and is over with the end of the answer
 * or with RESET.
 *
 * <pre>
 * receiving   data      spends what the peer has; more than that is a violation
 *             consumed  is owed to the peer; half a window of it goes back in one CREDIT
 *             end       nothing more may come
 * sending     sendable  at most what the peer gave
 *             credit    adds to that, never beyond the window
 * </pre>
 *
 * @param <A> what the connection keeps with the stream
 */
final class PeerStream<A> {

  private final int id;
  private final A attachment;
  private final int windowBytes;
  private boolean answered;
  private boolean receiving;
  private int sendCredit;
  private int receiveCredit;
  private int owed;

  PeerStream(int id, A attachment, int windowBytes) {
    this.id = id;
    this.attachment = attachment;
    this.windowBytes = windowBytes;
    this.sendCredit = windowBytes;
    this.receiveCredit = windowBytes;
  }

  int id() {
    return id;
  }

  A attachment() {
    return attachment;
  }

  /** How many of the bytes may go in the next DATA frame; 0 while there is no credit. */
  int sendable(int bytes) {
    int credit = sendCredit - Limits.DATA_OVERHEAD_BYTES;
    return Math.max(0, Math.min(Math.min(bytes, Limits.SENT_DATA_BYTES), credit));
  }

  /** A DATA frame was sent. */
  void sent(int bytes) {
    sendCredit -= cost(bytes);
    Invariant.check(sendCredit >= 0, "sends within its credit");
  }

  /** The peer gave credit; false if that is more than it can have taken. */
  boolean credited(int bytes) {
    if (bytes > windowBytes - sendCredit) {
      return false;
    }
    sendCredit += bytes;
    return true;
  }

  /** The answer came; false if it had come before. */
  boolean answer() {
    boolean first = !answered;
    answered = true;
    return first;
  }

  /** A body will come, or has come to its end. */
  void receiving(boolean more) {
    receiving = more;
  }

  boolean isReceiving() {
    return receiving;
  }

  /** A DATA frame came; false if it may not. */
  boolean received(int bytes) {
    if (!receiving || cost(bytes) > receiveCredit) {
      return false;
    }
    receiveCredit -= cost(bytes);
    return true;
  }

  /** The payload of a DATA frame is kept no more; the credit to give back now, mostly 0. */
  int consumed(int bytes) {
    owed += cost(bytes);
    if (!receiving || owed < windowBytes / 2) {
      return 0;
    }
    int grant = owed;
    owed = 0;
    receiveCredit += grant;
    Invariant.check(receiveCredit <= windowBytes, "gives no more than a window");
    return grant;
  }

  static int cost(int bytes) {
    return bytes + Limits.DATA_OVERHEAD_BYTES;
  }
}
