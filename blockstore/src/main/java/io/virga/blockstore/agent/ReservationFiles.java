package io.virga.blockstore.agent;

import io.netty.channel.EventLoop;
import io.virga.blockstore.device.Completion;
import io.virga.blockstore.device.Outcome;
import io.virga.blockstore.scsi.ReservationStore;
import io.virga.dataplane.file.AsyncFiles;
import io.virga.dataplane.storage.PrivateFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reservations that survive a restart: a file for each volume. What is saved while a file is being
 * written waits, and of each volume only the newest, which is written for all who wait. Owned by
 * the loop once opened.
 */
final class ReservationFiles implements ReservationStore {

  private static final Logger LOG = LoggerFactory.getLogger(ReservationFiles.class);
  private static final int MAXIMUM_BYTES = 1 << 20;

  private final Path directory;
  private final AsyncFiles files;
  private final EventLoop loop;
  private final Map<String, byte[]> saved;
  private final Map<String, Waiting> waiting = new LinkedHashMap<>();
  private boolean writing;

  private ReservationFiles(
      Path directory, AsyncFiles files, EventLoop loop, Map<String, byte[]> saved) {
    this.directory = directory;
    this.files = files;
    this.loop = loop;
    this.saved = saved;
  }

  private record Waiting(byte[] state, List<Completion> completions) {}

  /** Reads what is there. Blocks. */
  static ReservationFiles open(Path directory, AsyncFiles files, EventLoop loop)
      throws IOException {
    Files.createDirectories(directory);
    Map<String, byte[]> saved = new HashMap<>();
    try (Stream<Path> paths = Files.list(directory)) {
      for (Path path : paths.filter(ReservationFiles::isOfUnit).toList()) {
        saved.put(path.toFile().getName(), read(path));
      }
    }
    return new ReservationFiles(directory, files, loop, saved);
  }

  private static boolean isOfUnit(Path path) {
    return isName(path.toFile().getName()) && Files.isRegularFile(path);
  }

  /** What is empty or too long to be right is damaged, and has to be found so. */
  private static byte[] read(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MAXIMUM_BYTES + 1);
      return bytes.length == 0 || bytes.length > MAXIMUM_BYTES ? new byte[1] : bytes;
    }
  }

  private static boolean isName(String unit) {
    return unit.matches("[0-9A-Za-z_-]{1,100}");
  }

  @Override
  public Optional<byte[]> load(String unit) {
    return Optional.ofNullable(saved.get(unit));
  }

  @Override
  public void save(String unit, byte[] state, Completion completion) {
    if (!isName(unit)) {
      completion.done(Outcome.IO_ERROR);
      return;
    }
    saved.put(unit, state);
    Waiting before = waiting.get(unit);
    List<Completion> completions = before == null ? new ArrayList<>() : before.completions;
    completions.add(completion);
    waiting.put(unit, new Waiting(state, completions));
    writeNext();
  }

  private void writeNext() {
    if (writing || waiting.isEmpty()) {
      return;
    }
    writing = true;
    Iterator<Map.Entry<String, Waiting>> oldest = waiting.entrySet().iterator();
    Map.Entry<String, Waiting> first = oldest.next();
    oldest.remove();
    String unit = first.getKey();
    Waiting next = first.getValue();
    files
        .blocking(loop, () -> write(unit, next.state))
        .addListener(
            written -> {
              writing = false;
              if (!written.isSuccess()) {
                LOG.error("cannot save the reservations of {}", unit, written.cause());
              }
              Outcome outcome = written.isSuccess() ? Outcome.OK : Outcome.IO_ERROR;
              next.completions.forEach(each -> each.done(outcome));
              writeNext();
            });
  }

  private boolean write(String unit, byte[] state) throws IOException {
    Path file = directory.resolve(unit);
    if (state.length > 0) {
      PrivateFile.replace(file, state);
    } else if (Files.deleteIfExists(file)) {
      PrivateFile.syncDirectory(directory);
    }
    return true;
  }
}
