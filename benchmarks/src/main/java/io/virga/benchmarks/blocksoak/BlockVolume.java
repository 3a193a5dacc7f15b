package io.virga.benchmarks.blocksoak;

import io.virga.dataplane.desired.ExportSpec;
import io.virga.dataplane.desired.Presence;
import io.virga.dataplane.desired.VolumeSource;
import io.virga.dataplane.desired.VolumeSpec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A volume of a soak.
 *
 * @param number of it and of no other
 * @param ledger what it must hold
 * @param ancestors the numbers of the volumes of which it is a clone
 */
record BlockVolume(int number, VolumeSource source, Ledger ledger, List<Integer> ancestors) {

  private static final int CHECKED_AT_ONCE = 256;

  /** One of zeros. */
  static BlockVolume blank(int number, int blocks) {
    return new BlockVolume(
        number, new VolumeSource.Blank(), new Ledger(new long[blocks]), List.of());
  }

  String id() {
    return "v" + number;
  }

  String export() {
    return id() + ".1";
  }

  int blocks() {
    return ledger.blocks();
  }

  /** Those whose writes may be seen in it. */
  List<Integer> writers() {
    List<Integer> all = new ArrayList<>(ancestors);
    all.add(number);
    return all;
  }

  VolumeSpec present() {
    return new VolumeSpec(
        id(),
        1,
        Presence.PRESENT,
        (long) blocks() * Stamps.BLOCK,
        source,
        List.of(new ExportSpec(export(), 1, false)),
        Optional.empty(),
        Optional.empty());
  }

  VolumeSpec absent() {
    return new VolumeSpec(
        id(),
        2,
        Presence.ABSENT,
        (long) blocks() * Stamps.BLOCK,
        source,
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Reads all of it. */
  void check(NbdClient client, Findings findings) throws IOException {
    check(client, 0, blocks(), findings);
    ledger.recovered();
  }

  void check(NbdClient client, int first, int count, Findings findings) throws IOException {
    read(
        client,
        first,
        count,
        (block, stamp) -> {
          if (!ledger.seen(block, stamp)) {
            findings.add("block %d of %s".formatted(block, id()), stamp, writers());
          }
        });
  }

  /** Tells the visitor of the stamps of a range. */
  static void read(NbdClient client, int first, int count, StampVisitor visitor)
      throws IOException {
    ByteBuffer bytes = ByteBuffer.allocateDirect(CHECKED_AT_ONCE * Stamps.BLOCK);
    for (int block = first; block < first + count; ) {
      int here = Math.min(CHECKED_AT_ONCE, first + count - block);
      bytes.clear().limit(here * Stamps.BLOCK);
      int error = client.read((long) block * Stamps.BLOCK, bytes);
      if (error != 0) {
        throw new IOException("a read was answered with " + error);
      }
      for (int i = 0; i < here; i++) {
        visitor.visit(block + i, Stamps.get(bytes, block + i));
      }
      block += here;
    }
  }

  /** Sees one block after another. */
  @FunctionalInterface
  interface StampVisitor {
    void visit(int block, long stamp);
  }
}
