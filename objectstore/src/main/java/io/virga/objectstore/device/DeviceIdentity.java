package io.virga.objectstore.device;

import io.virga.objectstore.log.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a device directory says of itself, in the file {@code device}: the version of the layout and
 * the device's id. The file is locked while the device is open.
 */
final class DeviceIdentity implements AutoCloseable {

  private static final String FORMAT = "virga object device, format 3";

  private final UUID id;
  private final FileChannel channel;

  private DeviceIdentity(UUID id, FileChannel channel) {
    this.id = id;
    this.channel = channel;
  }

  static DeviceIdentity open(Disk disk, Path directory) throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve("device");
    if (!Files.exists(file)) {
      Path fresh = directory.resolve("device.new");
      Files.writeString(fresh, FORMAT + "\n" + UUID.randomUUID() + "\n");
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
      disk.syncDirectory(directory);
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    String[] lines = Files.readString(file, StandardCharsets.UTF_8).split("\n", -1);
    if (lock == null || lines.length < 2 || !lines[0].equals(FORMAT)) {
      channel.close();
      throw new IOException(
          lock == null
              ? directory + " is in use by another process"
              : directory + " has a layout that is not '" + FORMAT + "'");
    }
    return new DeviceIdentity(UUID.fromString(lines[1].strip()), channel);
  }

  UUID id() {
    return id;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
