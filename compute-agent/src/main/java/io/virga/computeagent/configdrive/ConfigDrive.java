package io.virga.computeagent.configdrive;

import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import io.virga.dataplane.desired.MetadataSpec;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes the image, ISO 9660 with Rock Ridge and Joliet names and the label {@code config-2}, with
 * {@code genisoimage}. The contents go through files of mode 0600, never through arguments. Blocks.
 */
public final class ConfigDrive {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rw-------");

  private final Path tool;

  /** With that {@code genisoimage}. */
  public ConfigDrive(Path tool) {
    this.tool = tool;
  }

  /** Writes the image; the old one is there until the new one is whole. */
  public void write(MetadataSpec metadata, List<NicSpec> nics, Path image) throws IOException {
    Path folder = Files.createTempDirectory(image.getParent(), "config-drive-");
    try {
      Path content = folder.resolve("content");
      for (Map.Entry<String, byte[]> file : ConfigDriveFiles.of(metadata, nics).entrySet()) {
        Path path = content.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.write(path, file.getValue());
      }
      Path written = folder.resolve("image.iso");
      run(content, written);
      Files.setPosixFilePermissions(written, PRIVATE);
      Files.move(
          written, image, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      deleteTree(folder);
    }
  }

  private void run(Path content, Path image) throws IOException {
    Process process =
        new ProcessBuilder(
                tool.toString(),
                "-quiet",
                "-J",
                "-r",
                "-V",
                "config-2",
                "-input-charset",
                "utf-8",
                "-o",
                image.toString(),
                content.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      if (!process.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException(tool + " did not end within " + TIMEOUT.toSeconds() + " s");
      }
      if (process.exitValue() != 0) {
        throw new IOException(tool + " ended with " + process.exitValue());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while " + tool + " ran", e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Removes a folder with all that is in it, if it is there; follows no link. */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
