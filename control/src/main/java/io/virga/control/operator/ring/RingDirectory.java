package io.virga.control.operator.ring;

import io.virga.dataplane.ring.BuilderFile;
import io.virga.dataplane.ring.Ring;
import io.virga.dataplane.ring.RingBuilder;
import io.virga.dataplane.ring.RingFile;
import io.virga.dataplane.ring.Rings;
import io.virga.dataplane.ring.StoragePolicies;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The directory with the rings of a home. Beside each {@code object.ring} is its {@code
 * object.builder}, which holds all that the next rebalance has to know, the last ring among it. The
 * builder is written first: a ring file that a crash kept from being written is written at the next
 * change. One change is made at a time, also among processes.
 */
public final class RingDirectory {

  private static final Pattern NAME = Pattern.compile("account|container|object(-[1-9]\\d{0,2})?");
  private static final String RING = ".ring";
  private static final String BUILDER = ".builder";

  private final Path directory;

  public RingDirectory(Path directory) {
    this.directory = directory;
  }

  /** A change of something in the directory. */
  public interface Change<S, T> {
    T apply(S subject) throws IOException;
  }

  /** The names of the rings that are there, or at least begun. */
  public List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(RING) || name.endsWith(BUILDER))
          .map(name -> name.substring(0, name.lastIndexOf('.')))
          .filter(name -> NAME.matcher(name).matches())
          .distinct()
          .sorted()
          .toList();
    }
  }

  /** The file that nodes read. */
  public Path ringFile(String name) {
    return directory.resolve(accepted(name) + RING);
  }

  /** Begins a ring that is not there. */
  public void create(String name, RingBuilder builder) throws IOException {
    exclusively(
        directory,
        where -> {
          if (Files.exists(builderFile(name)) || Files.exists(ringFile(name))) {
            throw new IllegalArgumentException("there is a ring '%s' already".formatted(name));
          }
          BuilderFile.write(builder, builderFile(name));
          return name;
        });
  }

  /** Reads a builder as it was last written. */
  public RingBuilder read(String name) throws IOException {
    Path builder = builderFile(name);
    Path ring = ringFile(name);
    if (Files.exists(builder)) {
      return BuilderFile.read(builder);
    }
    if (!Files.exists(ring)) {
      throw new IllegalArgumentException(
          "there is no ring '%s'; there are: %s".formatted(name, String.join(", ", names())));
    }
    return RingBuilder.of(RingFile.read(ring));
  }

  /** Changes a builder and writes it, and its ring if that is a new one. */
  public <T> T change(String name, Change<RingBuilder, T> change) throws IOException {
    return exclusively(
        directory,
        where -> {
          RingBuilder builder = read(name);
          publish(name, builder);
          T result = change.apply(builder);
          BuilderFile.write(builder, builderFile(name));
          publish(name, builder);
          return result;
        });
  }

  /** The storage policies. */
  public StoragePolicies policies() throws IOException {
    return StoragePolicies.read(directory.resolve(Rings.POLICIES));
  }

  /** Changes the storage policies; every one of them has a ring. */
  public void changePolicies(Change<StoragePolicies, StoragePolicies> change) throws IOException {
    exclusively(
        directory,
        where -> {
          StoragePolicies policies = change.apply(policies());
          for (var policy : policies.all()) {
            Path ring = directory.resolve(Rings.objectFile(policy.index()));
            if (!Files.exists(ring)) {
              throw new IllegalStateException(
                  "the storage policy %d needs the ring %s: make it by ./virga ring create, add, rebalance"
                      .formatted(policy.index(), ring.getFileName()));
            }
          }
          policies.write(directory.resolve(Rings.POLICIES));
          return policies;
        });
  }

  private void publish(String name, RingBuilder builder) throws IOException {
    Path file = ringFile(name);
    Optional<Ring> made = builder.ring();
    if (made.isEmpty()) {
      return;
    }
    long there = Files.exists(file) ? RingFile.read(file).version() : 0;
    if (there > made.get().version()) {
      throw new IllegalStateException(
          "%s has version %d, but its builder only %d: bring back the newest builder file"
              .formatted(file, there, made.get().version()));
    }
    if (there < made.get().version()) {
      RingFile.write(made.get(), file);
    }
  }

  private static <T> T exclusively(Path directory, Change<Path, T> change) throws IOException {
    try (FileChannel channel =
            FileChannel.open(
                directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      if (!lock.isValid()) {
        throw new IOException("the lock of " + directory + " was lost");
      }
      return change.apply(directory);
    }
  }

  private Path builderFile(String name) {
    return directory.resolve(accepted(name) + BUILDER);
  }

  private static String accepted(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a ring: account, container, object, or object-1 to object-999"
              .formatted(name));
    }
    return name;
  }
}
