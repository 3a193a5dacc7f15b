package io.virga.blockstore.storage;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.extent.Entry;
import io.virga.dataplane.Invariant;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The segment files of a pool: 1 GiB each, {@code seg-00000000} and on, slot after slot, nothing
 * else in them. They grow by written zeros. Owned by the pool's loop.
 */
public final class SegmentStore {

  /** What segments leave of a disk for the journal and the catalogue. */
  public static final long RESERVED_BYTES = 256L << 20;

  static final int SEGMENT_SLOTS = 1024;
  private static final long SEGMENT_BYTES = (long) SEGMENT_SLOTS << Entry.CHUNK_SHIFT;
  private static final String PREFIX = "seg-";

  private final Disk disk;
  private final List<StorageFile> files = new ArrayList<>();
  private Set<StorageFile> unsynced = new LinkedHashSet<>();

  private SegmentStore(Disk disk) {
    this.disk = disk;
  }

  /** Opens all segments; one that is missing, or has lost its end, is an error. Blocks. */
  public static SegmentStore open(Disk disk) throws IOException {
    SegmentStore store = new SegmentStore(disk);
    try {
      for (String name : disk.list(PREFIX)) {
        store.addExisting(name);
      }
      return store;
    } catch (IOException | RuntimeException e) {
      store.close();
      throw e;
    }
  }

  private void addExisting(String name) throws IOException {
    int number = files.size();
    if (!name.equals(nameOf(number))) {
      throw new IOException(
          "the segment file %s is missing: the next that is there is %s"
              .formatted(nameOf(number), name));
    }
    if (number > 0 && files.getLast().sizeBytes() != SEGMENT_BYTES) {
      throw new IOException(
          "the segment file %s has %d bytes: expected %d, as %s is behind it"
              .formatted(nameOf(number - 1), files.getLast().sizeBytes(), SEGMENT_BYTES, name));
    }
    files.add(disk.open(name));
  }

  private static String nameOf(int number) {
    return "%s%08d".formatted(PREFIX, number);
  }

  /** Whole slots on disk, counted from the first segment; only the last may be partly grown. */
  public int slotCount() {
    if (files.isEmpty()) {
      return 0;
    }
    int last = (int) (files.getLast().sizeBytes() >>> Entry.CHUNK_SHIFT);
    return (files.size() - 1) * SEGMENT_SLOTS + Math.min(last, SEGMENT_SLOTS);
  }

  /** Fails unless the files have all slots that are known to have been there. */
  public void require(int slots) throws IOException {
    if (slotCount() < slots) {
      String last = files.isEmpty() ? nameOf(0) : nameOf(files.size() - 1);
      throw new IOException(
          "the segment files have %d MiB in %d files up to %s: expected %d MiB"
              .formatted(slotCount(), files.size(), last, slots));
    }
  }

  /**
   * Makes durable how long the last segment is: a process that was killed while the segment grew
   * may have left it so that this is not yet.
   */
  public void syncLast(IoListener listener) {
    if (files.isEmpty()) {
      listener.done(true);
    } else {
      files.getLast().sync(listener);
    }
  }

  /** Whether there is no room for one more slot in the last segment. */
  public boolean needsSegment() {
    return slotCount() == files.size() * SEGMENT_SLOTS;
  }

  /**
   * Fails unless the disk has room for so many slots and what the journal and the catalogue may
   * need beside them. Blocks; may run beside the loop.
   */
  public void checkRoom(int slots) throws IOException {
    long usable = disk.usableBytes();
    if (usable < RESERVED_BYTES + ((long) slots << Entry.CHUNK_SHIFT)) {
      throw new IOException(
          "%d MiB are left on the disk, of which %d are not for volumes"
              .formatted(usable >>> Entry.CHUNK_SHIFT, RESERVED_BYTES >>> Entry.CHUNK_SHIFT));
    }
  }

  /** Opens the file of the next segment. Blocks; may run beside the loop. */
  public StorageFile openNext() throws IOException {
    return disk.open(nameOf(files.size()));
  }

  /** Takes the opened file as the last segment. */
  public void add(StorageFile file) {
    files.add(file);
  }

  /** How many slots, up to so many, the last segment has room for. */
  public int growable(int maximumSlots) {
    return Math.min(maximumSlots, files.size() * SEGMENT_SLOTS - slotCount());
  }

  /** Grows the last segment by slots that it has room for. */
  public void grow(int slots, IoListener listener) {
    Invariant.check(slots <= growable(slots), "a segment grows to 1 GiB");
    int inLast = slotCount() - (files.size() - 1) * SEGMENT_SLOTS;
    files.getLast().growZeroed((long) (inLast + slots) << Entry.CHUNK_SHIFT, listener);
  }

  /** Reads from the byte at {@code offset} behind the block at the address. */
  public void read(
      long address, int offset, ByteBuf buffer, int index, int length, IoListener listener) {
    file(address).read(position(address) + offset, buffer, index, length, listener);
  }

  /** Writes likewise; the segment is then part of the next {@link #takeUnsynced}. */
  public void write(
      long address, int offset, ByteBuf buffer, int index, int length, IoListener listener) {
    StorageFile file = file(address);
    file.write(
        position(address) + offset,
        buffer,
        index,
        length,
        ok -> {
          unsynced.add(file);
          listener.done(ok);
        });
  }

  /** Gives a slot's space back to the file system; nobody may use the slot. */
  public void punch(int slot, IoListener listener) {
    long address = Entry.slotAddress(slot);
    file(address).punch(position(address), Entry.CHUNK_BYTES, listener);
  }

  /** The files in which a write has completed since this was last asked. */
  public Set<StorageFile> takeUnsynced() {
    Set<StorageFile> taken = unsynced;
    unsynced = new LinkedHashSet<>();
    return taken;
  }

  /** Whether a write has completed since {@link #takeUnsynced}. */
  public boolean hasUnsynced() {
    return !unsynced.isEmpty();
  }

  /** Closes all; nothing may be in flight. */
  public void close() {
    files.forEach(StorageFile::close);
  }

  private StorageFile file(long address) {
    return files.get((int) ((address >>> Entry.CHUNK_BLOCK_SHIFT) / SEGMENT_SLOTS));
  }

  private static long position(long address) {
    long inSegment = address % ((long) SEGMENT_SLOTS << Entry.CHUNK_BLOCK_SHIFT);
    return inSegment << Entry.BLOCK_SHIFT;
  }
}
