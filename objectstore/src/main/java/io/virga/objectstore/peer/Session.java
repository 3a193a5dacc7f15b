package io.virga.objectstore.peer;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The streams of one connection, of either side: which frames may come, and what they change.
 * Frames of a stream that is not there are left over from one that this side ended, and are
 * ignored.
 *
 * <pre>
 * client   open → (RESPONSE, body follows) answering → END → over
 *               → (RESPONSE, no more) over
 * server   (REQUEST) open → (DATA … END) → close with the end of the answer
 * both     RESET, sent or received → over
 * </pre>
 *
 * @param <A> what the connection keeps with a stream
 */
final class Session<A> {

  /** What is to be done with a frame. */
  enum Verdict {
    ACCEPTED,
    /** Of a stream that is over. */
    IGNORED,
    /** One stream too many. */
    REFUSED,
    /** Against the protocol; the connection is over. */
    VIOLATION
  }

  private final Limits limits;
  private final Map<Integer, PeerStream<A>> streams = new HashMap<>();
  private int lastId;

  Session(Limits limits) {
    this.limits = limits;
  }

  int size() {
    return streams.size();
  }

  boolean isFull() {
    return streams.size() >= limits.streams();
  }

  Optional<PeerStream<A>> find(int id) {
    return Optional.ofNullable(streams.get(id));
  }

  /** Those that are open now. */
  List<A> attachments() {
    List<A> all = new ArrayList<>(streams.size());
    streams.values().forEach(stream -> all.add(stream.attachment()));
    return all;
  }

  /** The connection is over, and they with it. */
  List<A> drain() {
    List<A> all = attachments();
    streams.clear();
    return all;
  }

  /** The client opens one; it has made sure that there is room. */
  PeerStream<A> open(A attachment) {
    do {
      lastId++;
    } while (lastId == 0 || streams.containsKey(lastId));
    return put(lastId, attachment);
  }

  /** Whether the server may {@link #accept} a stream that the client opens. */
  Verdict requested(int id) {
    if (streams.containsKey(id)) {
      return Verdict.VIOLATION;
    }
    return isFull() ? Verdict.REFUSED : Verdict.ACCEPTED;
  }

  /** The server takes a request. */
  PeerStream<A> accept(int id, A attachment, boolean bodyFollows) {
    PeerStream<A> stream = put(id, attachment);
    stream.receiving(bodyFollows);
    return stream;
  }

  private PeerStream<A> put(int id, A attachment) {
    PeerStream<A> stream = new PeerStream<>(id, attachment, limits.windowBytes());
    streams.put(id, stream);
    return stream;
  }

  /** RESPONSE came to the client. Without a body that follows the stream is over after this. */
  Verdict answered(int id, boolean bodyFollows) {
    PeerStream<A> stream = streams.get(id);
    if (stream == null) {
      return Verdict.IGNORED;
    }
    if (!stream.answer()) {
      return Verdict.VIOLATION;
    }
    stream.receiving(bodyFollows);
    return Verdict.ACCEPTED;
  }

  /** DATA came. */
  Verdict data(int id, int bytes) {
    PeerStream<A> stream = streams.get(id);
    if (stream == null) {
      return Verdict.IGNORED;
    }
    return stream.received(bytes) ? Verdict.ACCEPTED : Verdict.VIOLATION;
  }

  /** END came. */
  Verdict end(int id) {
    PeerStream<A> stream = streams.get(id);
    if (stream == null) {
      return Verdict.IGNORED;
    }
    if (!stream.isReceiving()) {
      return Verdict.VIOLATION;
    }
    stream.receiving(false);
    return Verdict.ACCEPTED;
  }

  /** CREDIT came. */
  Verdict credit(int id, int bytes) {
    PeerStream<A> stream = streams.get(id);
    if (stream == null) {
      return Verdict.IGNORED;
    }
    return stream.credited(bytes) ? Verdict.ACCEPTED : Verdict.VIOLATION;
  }

  /** The stream is over. */
  Optional<PeerStream<A>> close(int id) {
    return Optional.ofNullable(streams.remove(id));
  }
}
