package io.virga.blockstore.engine;

import io.virga.blockstore.storage.Disk;
import io.virga.blockstore.storage.StorageFile;
import java.io.IOException;
import java.util.List;

/** A disk whose segments are hollow, and which keeps all other files. */
record SparseDisk(HollowDisk segments, PowerDisk others) implements Disk {

  private Disk of(String name) {
    return name.startsWith("seg-") ? segments : others;
  }

  @Override
  public StorageFile open(String name) throws IOException {
    return of(name).open(name);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return of(prefix).list(prefix);
  }

  @Override
  public long usableBytes() {
    return Long.MAX_VALUE;
  }

  @Override
  public byte[] content(String name, int maximumBytes) throws IOException {
    return of(name).content(name, maximumBytes);
  }
}
