package io.virga.objectstore.log;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Segment files are named by their number, in 20 digits. */
final class SegmentNames {

  static final String JOURNAL = ".journal";
  static final String DATA = ".data";
  static final String SPARE = ".spare";

  private static final Pattern NAME = Pattern.compile("([0-9]{20})\\.[a-z]+");

  private SegmentNames() {}

  static Path path(Path directory, long segment, String suffix) {
    return directory.resolve("%020d%s".formatted(segment, suffix));
  }

  static OptionalLong number(Path file) {
    Matcher matcher = NAME.matcher(String.valueOf(file.getFileName()));
    return matcher.matches()
        ? OptionalLong.of(Long.parseLong(matcher.group(1)))
        : OptionalLong.empty();
  }

  /** The numbers of the files with a suffix, ascending. */
  static List<Long> list(Path directory, String suffix) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .map(SegmentNames::number)
          .filter(OptionalLong::isPresent)
          .map(OptionalLong::getAsLong)
          .sorted()
          .toList();
    }
  }
}
