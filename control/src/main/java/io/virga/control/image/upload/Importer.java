package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.format.HeadCheck;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.Backend;
import io.virga.control.image.objects.Part;
import io.virga.control.image.objects.Stores;
import io.virga.dataplane.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.UUID;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Takes in the bytes of an image. A raw one is packed as it comes, and kept in that form alone; of
 * others what the tenant sent is kept too, and a qcow2 is packed by way of a file and qemu-img.
 * Memory is bounded, whatever the size; back-pressure reaches the sender.
 */
public final class Importer implements AutoCloseable {

  private static final int PIECES_AHEAD = 16;
  private static final int DIGEST_THREADS = 4;
  private static final int CONVERT_THREADS = 2;
  private static final int MAX_WAITING = 64;
  private static final int READ_BYTES = 1 << 20;
  private static final Set<String> RAW = Set.of("raw", "iso");

  private final Stores stores;
  private final Workspace workspace;
  private final ImportLimits limits;
  private final Scheduler digesting =
      Schedulers.newBoundedElastic(DIGEST_THREADS, MAX_WAITING, "image-digest");
  private final Scheduler converting =
      Schedulers.newBoundedElastic(CONVERT_THREADS, MAX_WAITING, "image-convert");

  /** Blocks: clears what an earlier life of the process has left in the folder. */
  public Importer(Stores stores, Path folder, ImportLimits limits) throws IOException {
    this.stores = stores;
    this.workspace = new Workspace(folder);
    this.limits = limits;
    workspace.prepare();
  }

  /**
   * Stores all of an image in one store. Fails with bad request or too large if the input is
   * refused.
   */
  Mono<Image.Content> take(Image image, String store, Flux<byte[]> body) {
    return Mono.defer(() -> take(image, stores.backend(store), body));
  }

  private Mono<Image.Content> take(Image image, Backend to, Flux<byte[]> body) {
    Digests digests = new Digests(limits.maxUploadBytes());
    HeadCheck check =
        new HeadCheck(image.attributes().diskFormat().orElse(""), limits.maxVirtualBytes());
    Flux<byte[]> pieces =
        body.publishOn(digesting, PIECES_AHEAD)
            .doOnNext(digests::accept)
            .doOnNext(check::accept)
            .doOnComplete(check::finish);
    Mono<Long> stored;
    if (isRaw(image)) {
      stored = takeRaw(to, image.id(), pieces);
    } else if (isQcow(image)) {
      stored = takeQcow(to, image.id(), pieces);
    } else {
      stored = to.put(image.id(), Part.SOURCE, pieces.map(Unpooled::wrappedBuffer)).thenReturn(0L);
    }
    return stored.map(
        virtual ->
            new Image.Content(digests.sizeBytes(), virtual, digests.md5(), digests.sha512()));
  }

  Stores stores() {
    return stores;
  }

  /** Keeps bytes as they come, for an import. */
  Mono<Void> stage(Image image, Flux<byte[]> body) {
    Digests counted = new Digests(limits.maxUploadBytes());
    Flux<ByteBuf> pieces =
        body.publishOn(digesting, PIECES_AHEAD)
            .doOnNext(counted::accept)
            .map(Unpooled::wrappedBuffer);
    return stores.objects().put(image.id(), Part.STAGED, pieces);
  }

  /** What was staged. */
  Flux<byte[]> staged(Image image) {
    return stores.objects().get(image.id(), Part.STAGED).map(Importer::bytes);
  }

  /** What was staged is not needed any more. */
  Mono<Void> unstage(Image image) {
    return stores.objects().delete(image.id(), Part.STAGED);
  }

  private static byte[] bytes(ByteBuf buffer) {
    try {
      return ByteBufUtil.getBytes(buffer);
    } finally {
      buffer.release();
    }
  }

  /** Whether what is uploaded is the disk itself. */
  static boolean isRaw(Image image) {
    return image.attributes().diskFormat().filter(RAW::contains).isPresent();
  }

  /** Whether its disk is unpacked from what is uploaded. */
  static boolean isQcow(Image image) {
    return image.attributes().diskFormat().filter("qcow2"::equals).isPresent();
  }

  @Override
  public void close() {
    digesting.dispose();
    converting.dispose();
  }

  private Mono<Long> takeRaw(Backend to, UUID id, Flux<byte[]> pieces) {
    ChunkPacker packer = new ChunkPacker();
    return to.put(id, Part.RAW_DATA, packed(packer, pieces))
        .then(Mono.defer(() -> putMap(to, id, packer)));
  }

  private Mono<Long> takeQcow(Backend to, UUID id, Flux<byte[]> pieces) {
    return Mono.usingWhen(
        Mono.fromCallable(workspace::make).subscribeOn(converting),
        folder -> {
          Path qcow = folder.resolve("source");
          Path raw = folder.resolve("raw");
          return spool(to, id, pieces, qcow)
              .then(convert(folder, qcow, raw))
              .then(Mono.defer(() -> pack(to, id, raw)));
        },
        folder -> Mono.fromRunnable(() -> Workspace.remove(folder)).subscribeOn(converting));
  }

  /** To the store and into the file at once. */
  private Mono<Void> spool(Backend to, UUID id, Flux<byte[]> pieces, Path file) {
    Flux<ByteBuf> written =
        Flux.using(
            () -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            channel ->
                pieces.map(
                    piece -> {
                      write(channel, piece);
                      return Unpooled.wrappedBuffer(piece);
                    }),
            Importer::close);
    return to.put(id, Part.SOURCE, written);
  }

  private Mono<Void> convert(Path folder, Path qcow, Path raw) {
    return Mono.fromCallable(
            () -> {
              QemuImg qemuImg = new QemuImg(folder, limits.maxVirtualBytes());
              Expansion.check(folder, Files.size(qcow), qemuImg.inspect(qcow));
              qemuImg.convertToRaw(qcow, raw);
              return raw;
            })
        .subscribeOn(converting)
        .then();
  }

  private Mono<Long> pack(Backend to, UUID id, Path raw) {
    ChunkPacker packer = new ChunkPacker();
    Flux<byte[]> pieces =
        Flux.using(() -> Files.newInputStream(raw), Importer::pieces, Importer::close)
            .subscribeOn(converting);
    return to.put(id, Part.RAW_DATA, packed(packer, pieces))
        .then(Mono.defer(() -> putMap(to, id, packer)));
  }

  private static Flux<byte[]> pieces(InputStream in) {
    return Flux.generate(
        sink -> {
          try {
            byte[] piece = in.readNBytes(READ_BYTES);
            if (piece.length == 0) {
              sink.complete();
            } else {
              sink.next(piece);
            }
          } catch (IOException e) {
            sink.error(e);
          }
        });
  }

  private static Flux<ByteBuf> packed(ChunkPacker packer, Flux<byte[]> pieces) {
    return pieces
        .concatMapIterable(packer::accept, 1)
        .concatWith(Flux.defer(() -> Flux.fromIterable(packer.finish())));
  }

  private Mono<Long> putMap(Backend to, UUID id, ChunkPacker packer) {
    var map = packer.map();
    if (map.virtualSizeBytes() == 0) {
      return Mono.error(ApiFault.badRequest("The image is empty."));
    }
    ByteBuf json = Unpooled.wrappedBuffer(Json.bytes(map));
    return to.put(id, Part.RAW_MAP, Flux.just(json)).thenReturn(map.virtualSizeBytes());
  }

  private static void write(FileChannel channel, byte[] piece) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(piece);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void close(AutoCloseable closeable) {
    try {
      closeable.close();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
