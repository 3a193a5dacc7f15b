package io.virga.blockstore.agent;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.engine.Pool;
import io.virga.blockstore.journal.JournalRecord.VolumeKind;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.file.Holes;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Makes volumes that are formatted, with {@code mke2fs} and {@code mkswap} of the distribution.
 * They work on a file with holes, of which what is data is written to a draft; the volume is a
 * clone of it, so that it is there as a whole or not at all. Blocks.
 */
final class Formatter {

  private static final String DRAFT = ".draft";
  private static final int PIECE_BYTES = 1 << 20;
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;

  /**
   * Makes nothing yet.
   *
   * @param folder where the files are while they are worked on
   */
  Formatter(Path folder) {
    this.folder = folder;
  }

  /** What is left of an attempt that was not ended, under the name of the volume. */
  static String draft(String volume) {
    return volume + DRAFT;
  }

  /** Makes the volume; no draft of it is there. */
  Outcome make(Pool pool, String volume, long sizeBytes, VolumeSource.Formatted how)
      throws IOException, InterruptedException {
    String draft = draft(volume);
    Outcome made = Pools.join(pool.create(draft, sizeBytes));
    if (made == Outcome.OK) {
      made = fill(pool, draft, sizeBytes, how);
    }
    if (made == Outcome.OK) {
      made = Pools.join(pool.cloneOf(VolumeKind.VOLUME, draft, volume, sizeBytes));
    }
    return made.and(Pools.join(pool.delete(VolumeKind.VOLUME, draft)));
  }

  private Outcome fill(Pool pool, String draft, long sizeBytes, VolumeSource.Formatted how)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    Path file = Files.createTempFile(folder, "format-", ".raw");
    try {
      try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
        sparse.setLength(sizeBytes);
      }
      run(command(how, file));
      return copy(file, pool, draft);
    } finally {
      Files.delete(file);
    }
  }

  private static List<String> command(VolumeSource.Formatted how, Path file) {
    List<String> command = new ArrayList<>();
    switch (how.format()) {
      case EXT4 ->
          command.addAll(
              List.of(
                  "/sbin/mke2fs",
                  "-q",
                  "-F",
                  "-t",
                  "ext4",
                  "-E",
                  "lazy_itable_init=1,lazy_journal_init=1,nodiscard"));
      case SWAP -> command.addAll(List.of("/sbin/mkswap", "--quiet"));
    }
    if (!how.label().isEmpty()) {
      command.addAll(List.of("-L", how.label()));
    }
    command.add(file.toString());
    return command;
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile("virga-format-", ".txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException(command.getFirst() + " did not end in " + PATIENCE_SECONDS + " s");
      }
      if (process.exitValue() != 0) {
        String text = Files.readString(said, StandardCharsets.UTF_8).strip();
        throw new IOException(
            "%s ended with %d: %s".formatted(command.getFirst(), process.exitValue(), text));
      }
    } finally {
      process.destroyForcibly();
      Files.delete(said);
    }
  }

  private static Outcome copy(Path file, Pool pool, String volume)
      throws IOException, InterruptedException {
    ByteBuf piece = ByteBufAllocator.DEFAULT.directBuffer(PIECE_BYTES);
    try (FileChannel from = FileChannel.open(file, StandardOpenOption.READ)) {
      for (Holes.Range range : Holes.data(file)) {
        long end = range.offset() + range.length();
        long offset = range.offset();
        while (offset < end) {
          piece.clear();
          int length = piece.writeBytes(from, offset, (int) Math.min(PIECE_BYTES, end - offset));
          if (length <= 0) {
            throw new IOException(file + " is shorter than it was");
          }
          long at = offset;
          Outcome written = on(pool, volume, (device, done) -> write(device, at, piece, done));
          if (written != Outcome.OK) {
            return written;
          }
          offset += length;
        }
      }
      return on(pool, volume, BlockDevice::flush);
    } finally {
      piece.release();
    }
  }

  /** The device has its own hold on the piece, should nobody wait for it any more. */
  private static void write(BlockDevice device, long offset, ByteBuf piece, Completion done) {
    device.write(
        offset,
        piece.retain(),
        false,
        outcome -> {
          piece.release();
          done.done(outcome);
        });
  }

  private static Outcome on(Pool pool, String volume, BiConsumer<BlockDevice, Completion> what)
      throws InterruptedException {
    CompletableFuture<Outcome> done = new CompletableFuture<>();
    pool.loop()
        .execute(
            () -> {
              Optional<BlockDevice> device = pool.device(VolumeKind.VOLUME, volume);
              if (device.isPresent()) {
                what.accept(device.get(), done::complete);
              } else {
                done.complete(Outcome.INVALID);
              }
            });
    return Pools.join(done);
  }
}
