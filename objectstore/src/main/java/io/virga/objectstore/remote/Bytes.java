package io.virga.objectstore.remote;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.virga.objectstore.failure.StoreFailure;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Collects bodies that are small by nature. */
final class Bytes {

  /** The longest body that is collected: a listing of 10,000 long names. */
  static final int MAXIMUM = 32 << 20;

  private Bytes() {}

  /** All bytes of a body, whose buffers are released; fails if there are too many. */
  static Mono<byte[]> collect(Flux<ByteBuf> body) {
    return Mono.using(
        () -> ByteBufAllocator.DEFAULT.compositeHeapBuffer(Integer.MAX_VALUE),
        all -> body.doOnNext(part -> add(all, part)).then(Mono.fromCallable(() -> copy(all))),
        CompositeByteBuf::release);
  }

  private static void add(CompositeByteBuf all, ByteBuf part) {
    if (all.readableBytes() + part.readableBytes() > MAXIMUM) {
      part.release();
      throw new StoreFailure.Unavailable("a peer sent more than " + MAXIMUM + " bytes");
    }
    all.addComponent(true, part);
  }

  private static byte[] copy(CompositeByteBuf all) {
    return ByteBufUtil.getBytes(all);
  }
}
