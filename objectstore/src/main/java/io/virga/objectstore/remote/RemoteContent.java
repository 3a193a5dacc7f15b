package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.peer.Body;
import io.virga.objectstore.peer.PeerFailure;
import io.virga.objectstore.peer.PeerLink;
import io.virga.objectstore.peer.Reply;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.replica.Replica.ReplicaContent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/** Bytes of an object at another node, asked for when they are wanted. */
final class RemoteContent implements ReplicaContent {

  private final RemoteReplica replica;
  private final ObjectRow row;

  RemoteContent(RemoteReplica replica, ObjectRow row) {
    this.replica = replica;
    this.row = row;
  }

  @Override
  public Optional<Mono<ByteBuf>> whole(long offset, long length) {
    return Optional.empty();
  }

  @Override
  public Flux<ByteBuf> bytes(long offset, long length) {
    return Mono.<Reply>create(sink -> ask(offset, length, sink))
        .flatMapMany(
            reply -> {
              Status status = Status.of(reply.status());
              if (status == Status.OK) {
                return reply.body();
              }
              reply.discard();
              String why = new String(reply.header(), StandardCharsets.UTF_8);
              return Flux.error(status.failure(replica.name(), why));
            })
        .onErrorMap(PeerFailure.class, replica::unavailable);
  }

  private void ask(long offset, long length, MonoSink<Reply> sink) {
    BinaryWriter request = new BinaryWriter(128).varint(row.policy());
    Codec.path(request, row.path()).u64(row.timestamp().micros()).text(row.etag());
    request.varint(offset).varint(length);
    PeerLink.Started started =
        replica.start(
            Operation.READ,
            request,
            Body.NONE,
            new PeerLink.Listener() {
              @Override
              public void replied(Reply reply) {
                sink.success(reply);
              }

              @Override
              public void failed(PeerFailure failure) {
                sink.error(failure);
              }
            });
    sink.onCancel(started::cancel);
  }

  @Override
  public void close() {}
}
