package io.virga.objectstore.swift.blocking;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;

/** Hands a stream that blocks on to something that takes buffers as it can, and waits for it. */
public final class BodyOutput {

  private static final int CHUNK = 64 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private BodyOutput() {}

  /**
   * Sends all of a stream. Blocks the calling thread, which alone reads the stream.
   *
   * @param taking is given the buffers, which it releases
   * @throws IOException if the stream fails, or nothing is taken for too long
   */
  public static <T> T send(InputStream in, Function<Flux<ByteBuf>, Mono<T>> taking)
      throws IOException {
    Semaphore wanted = new Semaphore(0);
    CompletableFuture<FluxSink<ByteBuf>> subscribed = new CompletableFuture<>();
    Flux<ByteBuf> body =
        Flux.create(
            sink -> {
              sink.onRequest(n -> wanted.release((int) Math.min(n, CHUNK)));
              subscribed.complete(sink);
            },
            FluxSink.OverflowStrategy.BUFFER);
    CompletableFuture<T> result = taking.apply(body).toFuture();
    CompletableFuture<Void> ended = result.handle((value, failure) -> null);
    try {
      CompletableFuture.anyOf(subscribed, ended).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      if (subscribed.isDone()) {
        pump(in, subscribed.join(), wanted, result);
      }
      return result.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IOException("the bytes could not be stored", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the bytes were not taken in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("storing was interrupted", e);
    } finally {
      result.cancel(true);
    }
  }

  private static void pump(
      InputStream in, FluxSink<ByteBuf> sink, Semaphore wanted, CompletableFuture<?> result)
      throws InterruptedException, TimeoutException {
    try {
      byte[] chunk = new byte[CHUNK];
      long waitUntil = System.nanoTime() + PATIENCE.toNanos();
      while (!result.isDone()) {
        if (!wanted.tryAcquire(100, TimeUnit.MILLISECONDS)) {
          if (System.nanoTime() - waitUntil > 0) {
            throw new TimeoutException();
          }
          continue;
        }
        int count = in.readNBytes(chunk, 0, CHUNK);
        if (count > 0) {
          sink.next(Unpooled.copiedBuffer(chunk, 0, count));
        }
        if (count < CHUNK) {
          sink.complete();
          return;
        }
        waitUntil = System.nanoTime() + PATIENCE.toNanos();
      }
    } catch (IOException | RuntimeException e) {
      sink.error(e);
    }
  }
}
