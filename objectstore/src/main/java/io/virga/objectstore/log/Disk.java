package io.virga.objectstore.log;

import java.io.IOException;
import java.nio.file.Path;

/** Where segment files are; the seam for faults. Calls block. */
public interface Disk {

  /** Opens a file for reading and writing, making it if it is not there. */
  SegmentFile open(Path file) throws IOException;

  /** Makes the names in a directory durable. */
  void syncDirectory(Path directory) throws IOException;

  /** What may still be written, in bytes. */
  long usableBytes(Path directory) throws IOException;
}
