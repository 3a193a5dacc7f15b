package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the data of options: nothing, where lengths do not fit or a string is too long. */
final class OptionData {

  /** Proto.md, "Values": no string is longer. */
  static final int MAXIMUM_TEXT_BYTES = 4096;

  private OptionData() {}

  /** What INFO, GO and the options of contexts begin with, and what follows. */
  record Named<T>(String export, T rest) {}

  /** Of INFO and GO: which information is asked for. */
  static Optional<Named<List<Integer>>> infos(ByteBuf data) {
    Optional<String> name = text(data);
    int count = data.readableBytes() < 2 ? -1 : data.readUnsignedShort();
    if (name.isEmpty() || count < 0 || data.readableBytes() != 2 * count) {
      return Optional.empty();
    }
    List<Integer> infos = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      infos.add(data.readUnsignedShort());
    }
    return Optional.of(new Named<>(name.get(), infos));
  }

  /** Of the options of contexts: the queries. */
  static Optional<Named<List<String>>> queries(ByteBuf data) {
    Optional<String> name = text(data);
    long count = data.readableBytes() < 4 ? -1 : data.readUnsignedInt();
    if (name.isEmpty() || count < 0 || count > data.readableBytes() / 4) {
      return Optional.empty();
    }
    List<String> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> query = text(data);
      if (query.isEmpty()) {
        return Optional.empty();
      }
      queries.add(query.get());
    }
    return data.isReadable() ? Optional.empty() : Optional.of(new Named<>(name.get(), queries));
  }

  private static Optional<String> text(ByteBuf data) {
    long length = data.readableBytes() < 4 ? -1 : data.readUnsignedInt();
    return length < 0 || length > Math.min(MAXIMUM_TEXT_BYTES, data.readableBytes())
        ? Optional.empty()
        : Optional.of(data.readCharSequence((int) length, StandardCharsets.UTF_8).toString());
  }
}
