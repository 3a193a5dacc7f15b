package io.virga.benchmarks.e2e;

import io.virga.benchmarks.cloud.Cloud;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The secret of an attachment over iSCSI, and whether anything shows it that should not. */
record AttachmentSecrets(String secret) {

  private static final Pattern SECRET = Pattern.compile("\"secret\":\"([^\"]+)\"");

  /** Those of the attachments that the block store knows of. */
  static List<AttachmentSecrets> of(Cloud cloud) throws IOException {
    String desired = Files.readString(cloud.home().resolve("data/blockstore/state/watch.json"));
    return SECRET.matcher(desired).results().map(m -> new AttachmentSecrets(m.group(1))).toList();
  }

  /** Whether a log or the command line of a process has it. */
  boolean isTold(Cloud cloud) {
    try (Stream<Path> logs = Files.walk(cloud.home().resolve("log"));
        Stream<Path> libvirt = Files.walk(cloud.home().resolve("data/libvirt/log"));
        Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return Stream.of(logs, libvirt, processes.map(process -> process.resolve("cmdline")))
          .flatMap(files -> files)
          .anyMatch(this::isIn);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isIn(Path file) {
    if (!Files.isRegularFile(file)) {
      return false;
    }
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(secret);
    } catch (IOException e) {
      // The process has ended.
      return false;
    }
  }
}
