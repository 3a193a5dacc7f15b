package io.virga.dataplane.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/** The system's error numbers (Linux, {@code errno(3)}) as exceptions. */
final class Errno {

  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int ECANCELED = 125;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(1, "EPERM"),
          Map.entry(2, "ENOENT"),
          Map.entry(EINTR, "EINTR"),
          Map.entry(EIO, "EIO"),
          Map.entry(EBADF, "EBADF"),
          Map.entry(EAGAIN, "EAGAIN"),
          Map.entry(12, "ENOMEM"),
          Map.entry(13, "EACCES"),
          Map.entry(14, "EFAULT"),
          Map.entry(16, "EBUSY"),
          Map.entry(17, "EEXIST"),
          Map.entry(20, "ENOTDIR"),
          Map.entry(21, "EISDIR"),
          Map.entry(22, "EINVAL"),
          Map.entry(23, "ENFILE"),
          Map.entry(24, "EMFILE"),
          Map.entry(26, "ETXTBSY"),
          Map.entry(27, "EFBIG"),
          Map.entry(28, "ENOSPC"),
          Map.entry(30, "EROFS"),
          Map.entry(36, "ENAMETOOLONG"),
          Map.entry(40, "ELOOP"),
          Map.entry(95, "EOPNOTSUPP"),
          Map.entry(122, "EDQUOT"),
          Map.entry(ECANCELED, "ECANCELED"));

  /** What the JDK says, which is the C library's text, to the name. */
  private static final Map<String, String> NAMES_OF_TEXTS =
      Map.of(
          "Input/output error", "EIO",
          "Bad file descriptor", "EBADF",
          "File too large", "EFBIG",
          "Invalid argument", "EINVAL",
          "No space left on device", "ENOSPC",
          "Read-only file system", "EROFS",
          "Disk quota exceeded", "EDQUOT");

  private Errno() {}

  static String name(int errno) {
    return NAMES.getOrDefault(errno, "errno " + errno);
  }

  static IOException exception(Path path, int errno) {
    return new IOException(path + ": " + name(errno));
  }

  /** What another API reported, with the path and, where it is known, the error's name. */
  static IOException exception(Path path, Exception cause) {
    String text = String.valueOf(cause.getMessage());
    return new IOException(path + ": " + NAMES_OF_TEXTS.getOrDefault(text, text), cause);
  }
}
