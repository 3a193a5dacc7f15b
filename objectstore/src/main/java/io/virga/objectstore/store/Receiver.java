package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes a body into an upload, chunk by chunk; the next is asked for when the last is placed. */
final class Receiver {

  private final Upload upload;
  private final MessageDigest md5 = Digests.md5();
  private long size;

  Receiver(Upload upload) {
    this.upload = upload;
  }

  Mono<Received> receive(Flux<ByteBuf> body) {
    return body.concatMap(this::take, 1)
        .doOnDiscard(ByteBuf.class, ByteBuf::release)
        .then(Mono.defer(() -> Mono.fromFuture(upload.finish())))
        .map(staged -> new Received(staged, size, HexFormat.of().formatHex(md5.digest())));
  }

  private Mono<Void> take(ByteBuf chunk) {
    Digests.update(md5, chunk);
    size += chunk.readableBytes();
    CompletableFuture<Void> ready = upload.write(chunk);
    return ready.isDone() && !ready.isCompletedExceptionally()
        ? Mono.empty()
        : Mono.fromFuture(ready, true);
  }
}
