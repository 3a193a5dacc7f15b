package io.virga.objectstore.device;

import io.netty.buffer.Unpooled;
import io.virga.dataplane.ring.PathHasher;
import io.virga.objectstore.log.Disk;
import io.virga.objectstore.log.TestDisk;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Content;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.StampedMetadata;
import io.virga.objectstore.record.Timestamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A device with small segments, and what tests do with one. */
final class TestDevice implements AutoCloseable {

  static final ContainerPath CONTAINER = new ContainerPath("AUTH_p", "c");
  static final DeviceOptions OPTIONS =
      DeviceOptions.defaults().withSegments(2 << 20, 256 << 10).withMinimumFree(0);

  final Device device;
  private long lastMicros;

  private TestDevice(Device device) {
    this.device = device;
  }

  static TestDevice open(Path directory) throws IOException {
    return open(directory, TestDisk.open(), OPTIONS);
  }

  static TestDevice open(Path directory, Disk disk, DeviceOptions options) throws IOException {
    return new TestDevice(
        Device.open(
            new Device.Setup(
                "d1",
                directory,
                new PathHasher(new byte[16]),
                disk,
                options,
                DeviceMetrics.none())));
  }

  void makeContainer() {
    Timestamp now = next();
    apply(new Entry.PutContainer(ContainerRow.created(CONTAINER, now, 0, StampedMetadata.NONE)));
  }

  private void apply(Entry... entries) {
    device.commit(view -> new Change.Decision<>(List.of(entries), true), Runnable::run).join();
  }

  /** Later than all before on this device. */
  private Timestamp next() {
    lastMicros = Math.max(lastMicros, device.index().lastTimestampMicros()) + 10;
    return new Timestamp(lastMicros);
  }

  /** Puts bytes that the name and the length determine. */
  void put(String name, int length) {
    ObjectPath path = CONTAINER.object(name);
    byte[] bytes = bytes(name, length);
    try (Upload upload = device.upload(path, OptionalLong.of(length))) {
      for (int at = 0; at < length; at += 10_000) {
        upload.write(Unpooled.wrappedBuffer(bytes, at, Math.min(10_000, length - at))).join();
      }
      apply(entries(path, length, upload.finish().join(), next()));
    }
  }

  /** Begins to put few bytes, which are not waited for. */
  CompletableFuture<Boolean> begin(String name, int length) {
    Entry[] entries =
        entries(CONTAINER.object(name), length, new Content.Inline(bytes(name, length)), next());
    return device.commit(view -> new Change.Decision<>(List.of(entries), true), Runnable::run);
  }

  private static Entry[] entries(ObjectPath path, int length, Content content, Timestamp now) {
    Map<String, String> metadata = Map.of("length", "" + length);
    return new Entry[] {
      new Entry.PutObject(
          new ObjectRow(0, path, now, now, false, length, "e", "t", metadata, content)),
      new Entry.PutListing(path, ListingRow.of(now, length, length, "e", "t"))
    };
  }

  /** Changes the metadata only. */
  void post(String name) {
    ObjectRow row = live(name).orElseThrow();
    apply(new Entry.PutObject(row.withMetadata(next(), "t", Map.of("posted", "yes"))));
  }

  void delete(String name) {
    ObjectPath path = CONTAINER.object(name);
    Timestamp now = next();
    apply(
        new Entry.PutObject(ObjectRow.tombstone(0, path, now)),
        new Entry.PutListing(path, ListingRow.tombstone(now)));
  }

  static byte[] bytes(String name, int length) {
    byte[] bytes = new byte[length];
    new Random(name.hashCode() * 31L + length).nextBytes(bytes);
    return bytes;
  }

  Optional<ObjectRow> live(String name) {
    return device.index().object(0, CONTAINER.object(name)).filter(row -> !row.deleted());
  }

  /** An object that is there. */
  ContentReader.Opened open(String name, Executor executor) {
    return open(live(name).orElseThrow(), executor);
  }

  private ContentReader.Opened open(ObjectRow row, Executor executor) {
    return device.reader().open(row.content(), executor).orElseThrow();
  }

  /** The bytes of an object, empty if it is not there. */
  Optional<byte[]> read(String name) {
    Optional<ObjectRow> row = live(name);
    if (row.isEmpty()) {
      return Optional.empty();
    }
    try (ContentReader.Opened opened = open(row.get(), device.io())) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      opened
          .bytes(0, row.get().sizeBytes())
          .doOnNext(
              part -> {
                byte[] copy = new byte[part.readableBytes()];
                part.readBytes(copy).release();
                out.writeBytes(copy);
              })
          .blockLast();
      return Optional.of(out.toByteArray());
    }
  }

  /** What a crash at this moment could leave, if the system had written everything back. */
  static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(to.resolve(from.relativize(directory).toString()));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (file.toString().endsWith(".new")) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            // One that is being made gets its name only when it is whole, and may do so meanwhile.
            if (!file.toString().endsWith(".new")) {
              Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
