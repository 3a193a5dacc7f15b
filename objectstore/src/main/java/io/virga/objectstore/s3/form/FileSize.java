package io.virga.objectstore.s3.form;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.s3.protocol.S3Error;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;

/** Holds a file to the {@code content-length-range} of a policy. */
final class FileSize {

  private FileSize() {}

  static Flux<ByteBuf> bound(PostPolicy policy, Flux<ByteBuf> file) {
    AtomicLong size = new AtomicLong();
    return file.map(
            bytes -> {
              if (size.addAndGet(bytes.readableBytes()) > policy.maximumBytes()) {
                bytes.release();
                throw new S3Error(S3Error.Code.EntityTooLarge);
              }
              return bytes;
            })
        .concatWith(
            Flux.defer(
                () ->
                    size.get() < policy.minimumBytes()
                        ? Flux.error(
                            new S3Error(
                                S3Error.Code.EntityTooSmall,
                                "The file is smaller than the policy allows."))
                        : Flux.empty()));
  }
}
