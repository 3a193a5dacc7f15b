package io.virga.objectstore.remote;

import io.virga.objectstore.index.ListingPage;
import io.virga.objectstore.index.ListingQuery;
import io.virga.objectstore.record.BinaryReader;
import io.virga.objectstore.record.BinaryWriter;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.record.Timestamp;
import io.virga.objectstore.replica.Replica;
import io.virga.objectstore.replica.Verdict;
import io.virga.objectstore.replica.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * What replicas say to each other, as bytes. Reading what is none of it marks the reader malformed
 * and gives something harmless.
 */
final class Codec {

  private Codec() {}

  static BinaryWriter path(BinaryWriter out, ObjectPath path) {
    return out.text(path.account()).text(path.container()).text(path.object());
  }

  static ObjectPath objectPath(BinaryReader in) {
    return new ObjectPath(in.text(), in.text(), in.text());
  }

  static BinaryWriter path(BinaryWriter out, ContainerPath path) {
    return out.text(path.account()).text(path.container());
  }

  static ContainerPath containerPath(BinaryReader in) {
    return new ContainerPath(in.text(), in.text());
  }

  static BinaryWriter query(BinaryWriter out, ListingQuery query) {
    return out.text(query.prefix())
        .text(query.delimiter())
        .text(query.marker())
        .text(query.endMarker())
        .varint(query.limit())
        .u8(query.reverse() ? 1 : 0);
  }

  static ListingQuery query(BinaryReader in) {
    return new ListingQuery(
        in.text(), in.text(), in.text(), in.text(), (int) in.varint(), in.u8() != 0);
  }

  static BinaryWriter names(BinaryWriter out, List<String> names) {
    out.varint(names.size());
    names.forEach(out::text);
    return out;
  }

  static List<String> names(BinaryReader in) {
    int count = in.count(1);
    List<String> names = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      names.add(in.text());
    }
    return names;
  }

  static <T> void optional(BinaryWriter out, Optional<T> row, BiConsumer<T, BinaryWriter> write) {
    out.u8(row.isPresent() ? 1 : 0);
    row.ifPresent(there -> write.accept(there, out));
  }

  static <T> Optional<T> optional(BinaryReader in, Function<BinaryReader, Optional<T>> read) {
    return in.u8() == 0 ? Optional.empty() : required(in, read);
  }

  private static <T> Optional<T> required(
      BinaryReader in, Function<BinaryReader, Optional<T>> read) {
    Optional<T> row = read.apply(in);
    if (row.isEmpty()) {
      in.fail();
    }
    return row;
  }

  static <T> void page(BinaryWriter out, ListingPage<T> page, BiConsumer<T, BinaryWriter> write) {
    out.u8(page.truncated() ? 1 : 0).varint(page.items().size());
    for (ListingPage.Item<T> item : page.items()) {
      switch (item) {
        case ListingPage.Named<T>(String name, T row) -> {
          out.u8(0).text(name);
          write.accept(row, out);
        }
        case ListingPage.Rolled<T>(String name) -> out.u8(1).text(name);
      }
    }
  }

  static <T> ListingPage<T> page(BinaryReader in, Function<BinaryReader, Optional<T>> read) {
    boolean truncated = in.u8() != 0;
    int count = in.count(2);
    List<ListingPage.Item<T>> items = new ArrayList<>(count);
    for (int i = 0; i < count && !in.isMalformed(); i++) {
      boolean rolled = in.u8() == 1;
      String name = in.text();
      if (rolled) {
        items.add(new ListingPage.Rolled<>(name));
      } else {
        required(in, read).ifPresent(row -> items.add(new ListingPage.Named<>(name, row)));
      }
    }
    return new ListingPage<>(items, truncated);
  }

  static <T> void rows(BinaryWriter out, Map<String, T> rows, BiConsumer<T, BinaryWriter> write) {
    out.varint(rows.size());
    rows.forEach((name, row) -> write.accept(row, out.text(name)));
  }

  static <T> Map<String, T> rows(BinaryReader in, Function<BinaryReader, Optional<T>> read) {
    int count = in.count(2);
    Map<String, T> rows = HashMap.newHashMap(count);
    for (int i = 0; i < count && !in.isMalformed(); i++) {
      String name = in.text();
      required(in, read).ifPresent(row -> rows.put(name, row));
    }
    return rows;
  }

  static void listed(Replica.Listed listed, BinaryWriter out) {
    optional(out, listed.container(), ContainerRow::writeTo);
    page(out, listed.page(), ListingRow::writeTo);
  }

  static Replica.Listed listed(BinaryReader in) {
    return new Replica.Listed(optional(in, ContainerRow::readFrom), page(in, ListingRow::readFrom));
  }

  static Optional<ObjectRow> objectRow(BinaryReader in) {
    return optional(in, ObjectRow::readFrom);
  }

  static void write(BinaryWriter out, Write write) {
    out.varint(write.guards().size());
    for (Write.Guard guard : write.guards()) {
      switch (guard) {
        case Write.Newer(int policy, ObjectPath path, Timestamp time) ->
            path(out.u8(1).varint(policy), path).u64(time.micros());
        case Write.Kept(int policy, ObjectPath path, Timestamp time) ->
            path(out.u8(2).varint(policy), path).u64(time.micros());
        case Write.SameData(int policy, ObjectPath path, Timestamp data, Timestamp metadata) ->
            path(out.u8(3).varint(policy), path).u64(data.micros()).u64(metadata.micros());
        case Write.Live(ContainerPath container, int policy) ->
            path(out.u8(4), container).varint(policy);
        case Write.Empty(ContainerPath container) -> path(out.u8(5), container);
      }
    }
    write.entries().forEach(entry -> Entry.write(entry, out));
  }

  static Write write(BinaryReader in) {
    int count = in.count(2);
    List<Write.Guard> guards = new ArrayList<>(count);
    for (int i = 0; i < count && !in.isMalformed(); i++) {
      guard(in).ifPresentOrElse(guards::add, in::fail);
    }
    List<Entry> entries = new ArrayList<>();
    while (in.hasMore()) {
      Entry.read(in).ifPresentOrElse(entries::add, in::fail);
    }
    return new Write(guards, entries);
  }

  private static Optional<Write.Guard> guard(BinaryReader in) {
    return switch (in.u8()) {
      case 1 -> Optional.of(new Write.Newer((int) in.varint(), objectPath(in), time(in)));
      case 2 -> Optional.of(new Write.Kept((int) in.varint(), objectPath(in), time(in)));
      case 3 ->
          Optional.of(new Write.SameData((int) in.varint(), objectPath(in), time(in), time(in)));
      case 4 -> Optional.of(new Write.Live(containerPath(in), (int) in.varint()));
      case 5 -> Optional.of(new Write.Empty(containerPath(in)));
      default -> Optional.empty();
    };
  }

  static Timestamp time(BinaryReader in) {
    return new Timestamp(in.u64());
  }

  static void promised(Replica.Promised promised, BinaryWriter out) {
    switch (promised) {
      case Replica.Promised.Given(Replica.Answer<Optional<ObjectRow>> there) -> {
        out.u8(0).u8(there.complete() ? 1 : 0);
        optional(out, there.row(), ObjectRow::writeTo);
      }
      case Replica.Promised.Later(Timestamp time) -> out.u8(1).u64(time.micros());
    }
  }

  static Replica.Promised promised(BinaryReader in) {
    if (in.u8() != 0) {
      return new Replica.Promised.Later(time(in));
    }
    boolean complete = in.u8() != 0;
    return new Replica.Promised.Given(new Replica.Answer<>(objectRow(in), complete));
  }

  static void verdict(Verdict verdict, BinaryWriter out) {
    switch (verdict) {
      case Verdict.Accepted() -> out.u8(0);
      case Verdict.Stale(Timestamp newest) -> out.u8(1).u64(newest.micros());
      case Verdict.Broken() -> out.u8(2);
      case Verdict.Unknown() -> out.u8(3);
      case Verdict.NoContainer() -> out.u8(4);
      case Verdict.NotEmpty() -> out.u8(5);
    }
  }

  static Verdict verdict(BinaryReader in) {
    return switch (in.u8()) {
      case 0 -> new Verdict.Accepted();
      case 1 -> new Verdict.Stale(time(in));
      case 2 -> new Verdict.Broken();
      case 4 -> new Verdict.NoContainer();
      case 5 -> new Verdict.NotEmpty();
      default -> new Verdict.Unknown();
    };
  }
}
