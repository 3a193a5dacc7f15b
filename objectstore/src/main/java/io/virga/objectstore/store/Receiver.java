package io.virga.objectstore.store;

import io.netty.buffer.ByteBuf;
import io.virga.dataplane.digest.Md5Stream;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Takes a body into an upload and a digest, chunk by chunk; the next is asked for when both have
 * room for it, so that neither waits for the other.
 */
final class Receiver {

  private final Upload upload;
  private final Md5Stream md5;
  private long size;

  Receiver(Upload upload, Md5Stream md5) {
    this.upload = upload;
    this.md5 = md5;
  }

  Mono<Received> receive(Flux<ByteBuf> body) {
    return body.concatMap(this::take, 1)
        .doOnDiscard(ByteBuf.class, ByteBuf::release)
        .then(Mono.defer(() -> Mono.fromFuture(finish())))
        .doFinally(signal -> md5.close());
  }

  private CompletableFuture<Received> finish() {
    return upload
        .finish()
        .thenCombine(
            md5.finish(),
            (staged, digest) -> new Received(staged, size, HexFormat.of().formatHex(digest)));
  }

  private Mono<Void> take(ByteBuf chunk) {
    size += chunk.readableBytes();
    CompletableFuture<Void> written = upload.write(chunk.retainedDuplicate());
    CompletableFuture<Void> digested = md5.update(chunk);
    return isDone(written) && isDone(digested)
        ? Mono.empty()
        : Mono.fromFuture(CompletableFuture.allOf(written, digested), true);
  }

  private static boolean isDone(CompletableFuture<Void> step) {
    return step.isDone() && !step.isCompletedExceptionally();
  }
}
