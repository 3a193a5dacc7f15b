package io.virga.control.image.upload;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.virga.control.fault.ApiFault;
import io.virga.control.image.model.Image;
import io.virga.control.image.objects.ImageObjects;
import io.virga.control.image.objects.ImageObjects.Part;
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

  private final ImageObjects objects;
  private final Workspace workspace;
  private final ImportLimits limits;
  private final Scheduler digesting =
      Schedulers.newBoundedElastic(DIGEST_THREADS, MAX_WAITING, "image-digest");
  private final Scheduler converting =
      Schedulers.newBoundedElastic(CONVERT_THREADS, MAX_WAITING, "image-convert");

  /** Blocks: clears what an earlier life of the process has left in the folder. */
  public Importer(ImageObjects objects, Path folder, ImportLimits limits) throws IOException {
    this.objects = objects;
    this.workspace = new Workspace(folder);
    this.limits = limits;
    workspace.prepare();
  }

  /** Stores all of an image. Fails with bad request or too large if the input is refused. */
  public Mono<Image.Content> take(Image image, Flux<byte[]> body) {
    Digests digests = new Digests(limits.maxUploadBytes());
    Flux<byte[]> pieces = body.publishOn(digesting, PIECES_AHEAD).doOnNext(digests::accept);
    Mono<Long> stored;
    if (isRaw(image)) {
      stored = takeRaw(image.id(), pieces);
    } else if (image.attributes().diskFormat().filter("qcow2"::equals).isPresent()) {
      stored = takeQcow(image.id(), pieces);
    } else {
      stored =
          objects.put(image.id(), Part.SOURCE, pieces.map(Unpooled::wrappedBuffer)).thenReturn(0L);
    }
    return objects
        .prepare()
        .then(stored)
        .map(
            virtual ->
                new Image.Content(digests.sizeBytes(), virtual, digests.md5(), digests.sha512()));
  }

  /** Keeps bytes as they come, for an import. */
  Mono<Void> stage(Image image, Flux<byte[]> body) {
    Digests counted = new Digests(limits.maxUploadBytes());
    Flux<ByteBuf> pieces =
        body.publishOn(digesting, PIECES_AHEAD)
            .doOnNext(counted::accept)
            .map(Unpooled::wrappedBuffer);
    return objects.prepare().then(objects.put(image.id(), Part.STAGED, pieces));
  }

  /** What was staged. */
  Flux<byte[]> staged(Image image) {
    return objects.get(image.id(), Part.STAGED).map(Importer::bytes);
  }

  /** What was staged is not needed any more. */
  Mono<Void> unstage(Image image) {
    return objects.delete(image.id(), Part.STAGED);
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

  @Override
  public void close() {
    digesting.dispose();
    converting.dispose();
  }

  private Mono<Long> takeRaw(UUID id, Flux<byte[]> pieces) {
    ChunkPacker packer = new ChunkPacker();
    Flux<byte[]> checked =
        pieces.switchOnFirst(
            (first, all) -> {
              byte[] start = first.get();
              return start != null && QcowHeader.isQcow(start)
                  ? Flux.error(
                      ApiFault.badRequest(
                          "The image is in the format qcow2, not raw as its disk_format says."))
                  : all;
            });
    return objects
        .put(id, Part.RAW_DATA, packed(packer, checked))
        .then(Mono.defer(() -> putMap(id, packer)));
  }

  private Mono<Long> takeQcow(UUID id, Flux<byte[]> pieces) {
    return Mono.usingWhen(
        Mono.fromCallable(workspace::make).subscribeOn(converting),
        folder -> {
          Path qcow = folder.resolve("source");
          Path raw = folder.resolve("raw");
          return spool(id, pieces, qcow)
              .then(convert(folder, qcow, raw))
              .then(Mono.defer(() -> pack(id, raw)));
        },
        folder -> Mono.fromRunnable(() -> Workspace.remove(folder)).subscribeOn(converting));
  }

  /** To the object store and into the file at once. */
  private Mono<Void> spool(UUID id, Flux<byte[]> pieces, Path file) {
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
    return objects.put(id, Part.SOURCE, written);
  }

  private Mono<Void> convert(Path folder, Path qcow, Path raw) {
    return Mono.fromCallable(
            () -> {
              QcowHeader.read(qcow).check(limits.maxVirtualBytes());
              QemuImg qemuImg = new QemuImg(folder, limits.maxVirtualBytes());
              qemuImg.inspect(qcow);
              qemuImg.convertToRaw(qcow, raw);
              return raw;
            })
        .subscribeOn(converting)
        .then();
  }

  private Mono<Long> pack(UUID id, Path raw) {
    ChunkPacker packer = new ChunkPacker();
    Flux<byte[]> pieces =
        Flux.using(() -> Files.newInputStream(raw), Importer::pieces, Importer::close)
            .subscribeOn(converting);
    return objects
        .put(id, Part.RAW_DATA, packed(packer, pieces))
        .then(Mono.defer(() -> putMap(id, packer)));
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

  private Mono<Long> putMap(UUID id, ChunkPacker packer) {
    var map = packer.map();
    if (map.virtualSizeBytes() == 0) {
      return Mono.error(ApiFault.badRequest("The image is empty."));
    }
    ByteBuf json = Unpooled.wrappedBuffer(Json.bytes(map));
    return objects.put(id, Part.RAW_MAP, Flux.just(json)).thenReturn(map.virtualSizeBytes());
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
