package io.virga.dataplane.process;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What comes before, or instead of, a log. */
final class StandardError {

  private StandardError() {}

  static void println(String line) {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
    out.println(line);
  }
}
