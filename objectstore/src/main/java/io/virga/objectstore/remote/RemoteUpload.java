package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.failure.StoreFailure;
import io.virga.objectstore.peer.Body;
import io.virga.objectstore.peer.PeerFailure;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.Reply;
import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.replica.ReplicaUpload;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Bytes on their way to another node. Few are kept and go with the row; many are streamed and the
 * node keeps them under a token.
 *
 * <p>Collecting → (too many) → Streaming → Staged; any → Closed.
 */
final class RemoteUpload implements ReplicaUpload {

  /** So many bytes go with the row. */
  private static final int SMALL_BYTES = 60 << 10;

  private final RemoteReplica replica;
  private final ObjectPath path;
  private final OptionalLong length;
  private final Executor executor;
  private final CompletableFuture<Long> token = new CompletableFuture<>();
  private byte[] small;
  private int smallBytes;
  private Optional<ChunkStream> stream = Optional.empty();
  private volatile Optional<PeerLink.Started> call = Optional.empty();

  RemoteUpload(RemoteReplica replica, ObjectPath path, OptionalLong length, Executor executor) {
    this.replica = replica;
    this.path = path;
    this.length = length;
    this.executor = executor;
    this.small = new byte[(int) Math.min(SMALL_BYTES, length.orElse(Content.Inline.MAXIMUM_BYTES))];
  }

  @Override
  public CompletableFuture<Void> write(ByteBuf chunk) {
    int more = chunk.readableBytes();
    if (stream.isEmpty() && smallBytes + more <= SMALL_BYTES) {
      if (small.length < smallBytes + more) {
        small = Arrays.copyOf(small, Math.max(small.length * 2, smallBytes + more));
      }
      chunk.readBytes(small, smallBytes, more).release();
      smallBytes += more;
      return CompletableFuture.completedFuture(null);
    }
    if (stream.isEmpty()) {
      ChunkStream begun = begin();
      begun.offer(Unpooled.copiedBuffer(small, 0, smallBytes));
      small = new byte[0];
    }
    return stream.orElseThrow().offer(chunk);
  }

  private ChunkStream begin() {
    ChunkStream begun = new ChunkStream();
    stream = Optional.of(begun);
    BinaryWriter request = Codec.path(new BinaryWriter(128), path);
    request.u8(length.isPresent() ? 1 : 0).varint(length.orElse(0));
    call =
        Optional.of(
            replica.start(
                Operation.STAGE,
                request,
                Body.of(begun.flux()),
                new PeerLink.Listener() {
                  @Override
                  public void replied(Reply reply) {
                    staged(reply);
                  }

                  @Override
                  public void failed(PeerFailure failure) {
                    fail(replica.unavailable(failure));
                  }
                }));
    return begun;
  }

  private void staged(Reply reply) {
    reply.discard();
    Status status = Status.of(reply.status());
    if (status == Status.OK) {
      token.complete(new BinaryReader(reply.header()).u64());
    } else {
      fail(status.failure(replica.name(), new String(reply.header(), StandardCharsets.UTF_8)));
    }
  }

  private void fail(StoreFailure failure) {
    token.completeExceptionally(failure);
    stream.ifPresent(s -> s.fail(failure));
  }

  @Override
  public CompletableFuture<Content> finish() {
    if (stream.isEmpty()) {
      byte[] bytes = smallBytes == small.length ? small : Arrays.copyOf(small, smallBytes);
      return CompletableFuture.completedFuture(new Content.Inline(bytes));
    }
    stream.get().end();
    CompletableFuture<Content> content = new CompletableFuture<>();
    token.whenComplete(
        (given, failure) ->
            RemoteReplica.on(
                executor,
                () -> {
                  if (failure == null) {
                    content.complete(new Content.Staged(given));
                  } else {
                    content.completeExceptionally(failure);
                  }
                }));
    return content;
  }

  @Override
  public void close() {
    if (stream.isEmpty()) {
      return;
    }
    if (token.isDone() && !token.isCompletedExceptionally()) {
      replica
          .ask(Operation.UNSTAGE, new BinaryWriter(8).u64(token.join()), in -> true, Runnable::run)
          .exceptionally(failure -> false);
    } else {
      call.ifPresent(PeerLink.Started::cancel);
      stream.get().fail(new StoreFailure.Unavailable("the upload was given up"));
    }
  }
}
