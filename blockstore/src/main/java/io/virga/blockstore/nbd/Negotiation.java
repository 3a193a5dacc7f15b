package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The session before transmission (proto.md, "Option haggling"). Not for several threads.
 *
 * <p>haggling → (GO, EXPORT_NAME) → transmitting; haggling → (ABORT, an unknown EXPORT_NAME) →
 * over.
 */
final class Negotiation {

  static final int BASE_ALLOCATION_ID = 1;
  private static final String BASE_ALLOCATION = "base:allocation";
  private static final int PREFERRED_BLOCK_BYTES = 4096;

  private final ExportTable exports;
  private final Limits limits;
  private boolean structured;
  private boolean allocation;
  private String allocationOf = "";

  Negotiation(ExportTable exports, Limits limits) {
    this.exports = exports;
    this.limits = limits;
  }

  /** Whether the client can read structured replies. */
  boolean structured() {
    return structured;
  }

  /** Answers an option; the data stays the caller's. */
  Next handle(Option option, Consumer<OptionReply> replies) {
    ByteBuf data = option.data();
    return switch (option.number()) {
      case Wire.OPT_EXPORT_NAME -> exportName(data);
      case Wire.OPT_ABORT -> {
        replies.accept(new OptionReply.Ack());
        yield new Next.Over();
      }
      case Wire.OPT_LIST -> list(data, replies);
      case Wire.OPT_INFO, Wire.OPT_GO -> info(option, replies);
      case Wire.OPT_STRUCTURED_REPLY -> {
        structured |= !data.isReadable();
        replies.accept(data.isReadable() ? invalid("no data expected") : new OptionReply.Ack());
        yield new Next.Haggle();
      }
      case Wire.OPT_LIST_META_CONTEXT, Wire.OPT_SET_META_CONTEXT -> metaContext(option, replies);
      default -> {
        replies.accept(new OptionReply.Refused(Wire.REP_ERR_UNSUP, "option " + option.number()));
        yield new Next.Haggle();
      }
    };
  }

  private Next exportName(ByteBuf data) {
    return exports
        .find(data.toString(StandardCharsets.UTF_8))
        .<Next>map(export -> new Next.Transmit(export, info(export), allocationOf(export), true))
        .orElseGet(Next.Over::new);
  }

  private Next list(ByteBuf data, Consumer<OptionReply> replies) {
    if (data.isReadable()) {
      replies.accept(invalid("no data expected"));
      return new Next.Haggle();
    }
    exports.names().forEach(name -> replies.accept(new OptionReply.Server(name)));
    replies.accept(new OptionReply.Ack());
    return new Next.Haggle();
  }

  private Next info(Option option, Consumer<OptionReply> replies) {
    Optional<String> name = readText(option.data());
    int requests = option.data().readableBytes() < 2 ? -1 : option.data().readUnsignedShort();
    if (name.isEmpty() || requests < 0 || option.data().readableBytes() != 2 * requests) {
      replies.accept(invalid("lengths do not fit the data"));
      return new Next.Haggle();
    }
    Optional<Export> found = exports.find(name.get());
    if (found.isEmpty()) {
      replies.accept(new OptionReply.Refused(Wire.REP_ERR_UNKNOWN, "no such export"));
      return new Next.Haggle();
    }
    Export export = found.get();
    OptionReply.ExportInfo info = info(export);
    replies.accept(info);
    boolean nameAsked = false;
    for (int i = 0; i < requests; i++) {
      nameAsked |= option.data().readUnsignedShort() == Wire.INFO_NAME;
    }
    if (nameAsked) {
      replies.accept(new OptionReply.NameInfo(export.name()));
    }
    replies.accept(new OptionReply.BlockSizeInfo(1, PREFERRED_BLOCK_BYTES, limits.payloadBytes()));
    replies.accept(new OptionReply.Ack());
    return option.number() == Wire.OPT_GO
        ? new Next.Transmit(export, info, allocationOf(export), false)
        : new Next.Haggle();
  }

  private Next metaContext(Option option, Consumer<OptionReply> replies) {
    boolean set = option.number() == Wire.OPT_SET_META_CONTEXT;
    ByteBuf data = option.data();
    if (set) {
      allocation = false;
    }
    Optional<String> name = readText(data);
    Optional<List<String>> queries = name.isEmpty() ? Optional.empty() : readQueries(data);
    if (queries.isEmpty() || (set && !structured)) {
      replies.accept(invalid(set && !structured ? "structured replies first" : "bad queries"));
      return new Next.Haggle();
    }
    if (exports.find(name.orElse("")).isEmpty()) {
      replies.accept(new OptionReply.Refused(Wire.REP_ERR_UNKNOWN, "no such export"));
      return new Next.Haggle();
    }
    boolean asked =
        queries.get().contains(BASE_ALLOCATION)
            || (!set && (queries.get().isEmpty() || queries.get().contains("base:")));
    if (asked) {
      replies.accept(new OptionReply.MetaContext(set ? BASE_ALLOCATION_ID : 0, BASE_ALLOCATION));
    }
    if (set) {
      allocation = asked;
      allocationOf = name.orElse("");
    }
    replies.accept(new OptionReply.Ack());
    return new Next.Haggle();
  }

  private boolean allocationOf(Export export) {
    return allocation && allocationOf.equals(export.name());
  }

  private OptionReply.ExportInfo info(Export export) {
    return new OptionReply.ExportInfo(export.device().sizeBytes(), export.flags(structured));
  }

  private static Optional<List<String>> readQueries(ByteBuf data) {
    long count = data.readableBytes() < 4 ? -1 : data.readUnsignedInt();
    if (count < 0 || count > data.readableBytes() / 4) {
      return Optional.empty();
    }
    List<String> queries = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Optional<String> query = readText(data);
      if (query.isEmpty()) {
        return Optional.empty();
      }
      queries.add(query.get());
    }
    return data.isReadable() ? Optional.empty() : Optional.of(queries);
  }

  private static Optional<String> readText(ByteBuf data) {
    long length = data.readableBytes() < 4 ? -1 : data.readUnsignedInt();
    return length < 0 || length > data.readableBytes()
        ? Optional.empty()
        : Optional.of(data.readCharSequence((int) length, StandardCharsets.UTF_8).toString());
  }

  private static OptionReply invalid(String reason) {
    return new OptionReply.Refused(Wire.REP_ERR_INVALID, reason);
  }

  /** Where an option leads. */
  sealed interface Next {

    /** More options. */
    record Haggle() implements Next {}

    /** The connection is to be closed when what was answered is sent. */
    record Over() implements Next {}

    /**
     * Requests to the export.
     *
     * @param bare whether the client asked by EXPORT_NAME and wants the bare answer
     */
    record Transmit(Export export, OptionReply.ExportInfo info, boolean allocation, boolean bare)
        implements Next {}
  }
}
