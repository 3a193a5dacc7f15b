package io.virga.blockstore.storage;

import java.io.IOException;
import java.util.List;

/** A directory of a pool. Its methods block: they are called at start, or on a pool of threads. */
public interface Disk {

  /** Opens the file, creating it durably empty if it is not there. */
  StorageFile open(String name) throws IOException;

  /** Names of the files that begin so, in order. */
  List<String> list(String prefix) throws IOException;

  /** How many bytes files could still grow by, all in all. */
  long usableBytes() throws IOException;

  /** The first bytes of a file, at most so many, or all of it; some tens of MiB. */
  byte[] content(String name, int maximumBytes) throws IOException;
}
