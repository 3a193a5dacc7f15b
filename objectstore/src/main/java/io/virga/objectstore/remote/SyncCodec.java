package io.virga.objectstore.remote;

import io.virga.objectstore.index.Space;
import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.PartitionId;
import io.virga.objectstore.replica.Replica;
import java.util.ArrayList;
import java.util.List;

/** What replicas say to each other to become the same, as bytes. */
final class SyncCodec {

  private static final Space[] SPACES = Space.values();

  private SyncCodec() {}

  static BinaryWriter digests(BinaryWriter out, List<Replica.Digest> digests) {
    out.varint(digests.size());
    for (Replica.Digest digest : digests) {
      digest.partition().writeTo(out).u8(digest.partPower()).u64(digest.digest());
    }
    return out;
  }

  static List<Replica.Digest> digests(BinaryReader in) {
    int count = in.count(12);
    List<Replica.Digest> digests = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      digests.add(new Replica.Digest(PartitionId.readFrom(in), in.u8(), in.u64()));
    }
    return digests;
  }

  static void compared(List<Replica.Compared> compared, BinaryWriter out) {
    out.varint(compared.size());
    compared.forEach(c -> out.u8((c.same() ? 1 : 0) | (c.complete() ? 2 : 0)));
  }

  static List<Replica.Compared> compared(BinaryReader in) {
    int count = in.count(1);
    List<Replica.Compared> compared = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int flags = in.u8();
      compared.add(new Replica.Compared((flags & 1) != 0, (flags & 2) != 0));
    }
    return compared;
  }

  static BinaryWriter range(BinaryWriter out, Replica.Range range) {
    return range
        .partition()
        .writeTo(out)
        .u8(range.partPower())
        .u8(range.space().ordinal())
        .bytes(range.from())
        .bytes(range.to())
        .u64(range.digest());
  }

  static Replica.Range range(BinaryReader in) {
    PartitionId partition = PartitionId.readFrom(in);
    int partPower = in.u8();
    int space = in.u8();
    if (space >= SPACES.length || !Space.of(partition.kind()).contains(SPACES[space])) {
      in.fail();
      space = 0;
    }
    return new Replica.Range(partition, partPower, SPACES[space], in.bytes(), in.bytes(), in.u64());
  }

  static void exchanged(Replica.Exchanged exchanged, BinaryWriter out) {
    out.u8(exchanged.same() ? 1 : 0).bytes(exchanged.upTo());
    exchanged.rows().forEach(row -> Entry.write(row, out));
  }

  static Replica.Exchanged exchanged(BinaryReader in) {
    boolean same = in.u8() != 0;
    byte[] upTo = in.bytes();
    List<Entry> rows = new ArrayList<>();
    while (in.hasMore()) {
      Entry.read(in).ifPresentOrElse(rows::add, in::fail);
    }
    return new Replica.Exchanged(same, rows, upTo);
  }
}
