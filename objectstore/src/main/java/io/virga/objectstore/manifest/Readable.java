package io.virga.objectstore.manifest;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.ByteRange;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import io.virga.objectstore.store.ObjectStore;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An object as it is read, whatever it is made of. To be closed, or its body sent.
 *
 * @param size what clients see
 * @param etag what clients see, without quotes
 * @param large whether it is put together from others
 */
public final class Readable implements AutoCloseable {

  private final ObjectRow row;
  private final long size;
  private final String etag;
  private final boolean large;
  private final Optional<ObjectStore.Open> open;
  private final Source source;

  /** Where the bytes come from. */
  interface Source {

    Flux<ByteBuf> bytes(long offset, long length);

    /** Fails if what is at an offset is not there any more. */
    default Mono<Void> probe(long offset) {
      return Mono.empty();
    }
  }

  private Readable(
      ObjectRow row, long size, String etag, Optional<ObjectStore.Open> open, Source source) {
    this.row = row;
    this.size = size;
    this.etag = etag;
    this.large = open.isEmpty();
    this.open = open;
    this.source = source;
  }

  /** The stored bytes of one object. */
  static Readable plain(ObjectStore.Open open) {
    ReplicaContent content = open.content();
    return new Readable(
        open.row(), open.row().sizeBytes(), open.row().etag(), Optional.of(open), content::bytes);
  }

  /** An object of others. */
  static Readable large(ObjectRow row, long size, String etag, Source source) {
    return new Readable(row, size, etag, Optional.empty(), source);
  }

  public ObjectRow row() {
    return row;
  }

  public long size() {
    return size;
  }

  public String etag() {
    return etag;
  }

  public boolean isLarge() {
    return large;
  }

  /**
   * Does something with what is opened, and closes it when that has ended, failed, been refused at
   * once or been cancelled, and also when the opening itself is cancelled.
   */
  public static <T> Mono<T> using(
      Mono<Optional<Readable>> opened, Function<Optional<Readable>, Mono<T>> use) {
    return Mono.usingWhen(
        opened, use, found -> Mono.fromRunnable(() -> found.ifPresent(Readable::close)));
  }

  /** All bytes, or a part of them. Closes when they have been sent. */
  public Flux<ByteBuf> bytes(ByteRange range) {
    return kept(range).doFinally(signal -> close());
  }

  /** Some of the bytes; stays open for others. */
  public Flux<ByteBuf> kept(ByteRange range) {
    return source.bytes(range.first(), range.length());
  }

  /**
   * Fails with {@code StoreFailure.DamagedData} if the segment at an offset is gone or has changed;
   * to be asked before a reply begins that could not end.
   */
  public Mono<Void> probe(long offset) {
    return source.probe(offset);
  }

  /** A reply's body; what is read at once comes as one buffer, and has been read then. */
  public Mono<Reply.Body> body(long offset, long length) {
    if (length == 0) {
      close();
      return Mono.just(new Reply.None());
    }
    return open.flatMap(there -> there.content().whole(offset, length))
        .map(whole -> whole.<Reply.Body>map(Reply.Buffer::new).doFinally(signal -> close()))
        .orElseGet(() -> Mono.just(stream(new ByteRange(offset, offset + length - 1))));
  }

  private Reply.Body stream(ByteRange range) {
    return new Reply.Stream(range.length(), bytes(range));
  }

  @Override
  public void close() {
    open.ifPresent(ObjectStore.Open::close);
  }
}
