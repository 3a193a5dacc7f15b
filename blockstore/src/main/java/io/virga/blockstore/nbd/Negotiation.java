package io.virga.blockstore.nbd;

import io.netty.buffer.ByteBuf;
import io.virga.blockstore.export.Export;
import io.virga.blockstore.export.ExportTable;
import io.virga.blockstore.nbd.Door.Security;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The session before transmission (proto.md, "Option haggling"). Not for several threads. What was
 * agreed on before TLS is forgotten with this object: TLS begins with another.
 *
 * <p>haggling → (GO, EXPORT_NAME) → transmitting; haggling → (STARTTLS) → another negotiation;
 * haggling → (ABORT, an unknown EXPORT_NAME) → over.
 */
final class Negotiation {

  private static final int PREFERRED_BLOCK_BYTES = 4096;
  private static final int SHOWN_CHARACTERS = 100;

  private final ExportTable exports;
  private final Limits limits;
  private final Peer peer;
  private final Security security;
  private final ContextHaggling contexts = new ContextHaggling();
  private Headers headers = Headers.SIMPLE;

  Negotiation(ExportTable exports, Limits limits, Peer peer, Security security) {
    this.exports = exports;
    this.limits = limits;
    this.peer = peer;
    this.security = security;
  }

  /** What the client can read. */
  Headers headers() {
    return headers;
  }

  /** Answers an option; the data stays the caller's. */
  Next handle(Option option, Consumer<OptionReply> replies) {
    return switch (option.number()) {
      case Wire.OPT_ABORT -> {
        replies.accept(new OptionReply.Ack());
        yield new Next.Over();
      }
      case Wire.OPT_STARTTLS -> startTls(option, replies);
      default ->
          security == Security.TLS_REQUIRED
              ? refuseWithoutTls(option, replies)
              : answer(option, replies);
    };
  }

  private Next answer(Option option, Consumer<OptionReply> replies) {
    ByteBuf data = option.data();
    if (option.excessBytes() > 0) {
      return tooBig(option, replies);
    }
    switch (option.number()) {
      case Wire.OPT_EXPORT_NAME -> {
        return exportName(data);
      }
      case Wire.OPT_INFO, Wire.OPT_GO -> {
        return info(option, replies);
      }
      case Wire.OPT_LIST -> list(data, replies);
      case Wire.OPT_STRUCTURED_REPLY, Wire.OPT_EXTENDED_HEADERS ->
          replies.accept(changeHeaders(option));
      case Wire.OPT_LIST_META_CONTEXT, Wire.OPT_SET_META_CONTEXT -> metaContext(option, replies);
      default ->
          replies.accept(
              new OptionReply.Refused(
                  Wire.REP_ERR_UNSUP, "option " + option.number() + " is not known"));
    }
    return new Next.Haggle();
  }

  private Next tooBig(Option option, Consumer<OptionReply> replies) {
    if (option.number() == Wire.OPT_EXPORT_NAME) {
      return new Next.Over();
    }
    replies.accept(
        new OptionReply.Refused(
            Wire.REP_ERR_TOO_BIG,
            "an option with %d bytes of data: accepted are up to %d"
                .formatted(option.excessBytes(), limits.optionBytes())));
    return new Next.Haggle();
  }

  /** Other headers, and no contexts: those were chosen for the headers before. */
  private OptionReply changeHeaders(Option option) {
    if (option.data().isReadable()) {
      return noDataExpected(option.data());
    }
    boolean extended = option.number() == Wire.OPT_EXTENDED_HEADERS;
    if (headers == Headers.EXTENDED) {
      return extended
          ? invalid("there are extended headers already")
          : new OptionReply.Refused(
              Wire.REP_ERR_EXT_HEADER_REQD, "extended headers have structured replies in them");
    }
    headers = extended ? Headers.EXTENDED : Headers.STRUCTURED;
    contexts.clear();
    return new OptionReply.Ack();
  }

  private Next startTls(Option option, Consumer<OptionReply> replies) {
    if (option.excessBytes() > 0) {
      return tooBig(option, replies);
    }
    if (option.data().isReadable()) {
      replies.accept(noDataExpected(option.data()));
      return new Next.Haggle();
    }
    return switch (security) {
      case TLS_OFFERED, TLS_REQUIRED -> {
        replies.accept(new OptionReply.Ack());
        yield new Next.StartTls();
      }
      case WITHOUT_TLS -> {
        replies.accept(
            new OptionReply.Refused(Wire.REP_ERR_POLICY, "there is no TLS on this socket"));
        yield new Next.Haggle();
      }
      case TLS_IN_USE -> {
        replies.accept(invalid("TLS is in use already"));
        yield new Next.Haggle();
      }
    };
  }

  private static Next refuseWithoutTls(Option option, Consumer<OptionReply> replies) {
    if (option.number() == Wire.OPT_EXPORT_NAME) {
      return new Next.Over();
    }
    replies.accept(
        new OptionReply.Refused(
            Wire.REP_ERR_TLS_REQD, "over this address only after STARTTLS, with a certificate"));
    return new Next.Haggle();
  }

  private Next exportName(ByteBuf data) {
    return exports
        .find(data.toString(StandardCharsets.UTF_8), peer::maySee)
        .<Next>map(export -> new Next.Transmit(export, info(export), contexts.of(export), true))
        .orElseGet(Next.Over::new);
  }

  private void list(ByteBuf data, Consumer<OptionReply> replies) {
    if (data.isReadable()) {
      replies.accept(noDataExpected(data));
      return;
    }
    exports
        .visibleNames(peer::maySee)
        .forEach(name -> replies.accept(new OptionReply.Server(name)));
    replies.accept(new OptionReply.Ack());
  }

  private Next info(Option option, Consumer<OptionReply> replies) {
    Optional<OptionData.Named<List<Integer>>> asked = OptionData.infos(option.data());
    if (asked.isEmpty()) {
      replies.accept(badLengths());
      return new Next.Haggle();
    }
    Optional<Export> found = exports.find(asked.get().export(), peer::maySee);
    if (found.isEmpty()) {
      replies.accept(unknown(asked.get().export()));
      return new Next.Haggle();
    }
    Export export = found.get();
    OptionReply.ExportInfo info = info(export);
    replies.accept(info);
    if (asked.get().rest().contains(Wire.INFO_NAME)) {
      replies.accept(new OptionReply.NameInfo(export.name()));
    }
    replies.accept(new OptionReply.BlockSizeInfo(1, PREFERRED_BLOCK_BYTES, limits.payloadBytes()));
    replies.accept(new OptionReply.Ack());
    return option.number() == Wire.OPT_GO
        ? new Next.Transmit(export, info, contexts.of(export), false)
        : new Next.Haggle();
  }

  private void metaContext(Option option, Consumer<OptionReply> replies) {
    boolean set = option.number() == Wire.OPT_SET_META_CONTEXT;
    if (set) {
      contexts.clear();
    }
    Optional<OptionData.Named<List<String>>> asked = OptionData.queries(option.data());
    if (asked.isEmpty()) {
      replies.accept(badLengths());
      return;
    }
    if (!headers.chunks()) {
      replies.accept(invalid("contexts come after STRUCTURED_REPLY or EXTENDED_HEADERS"));
      return;
    }
    Optional<Export> export = exports.find(asked.get().export(), peer::maySee);
    if (export.isEmpty()) {
      replies.accept(unknown(asked.get().export()));
    } else if (set) {
      contexts.select(export.get(), asked.get().rest(), replies);
    } else {
      ContextHaggling.list(export.get(), asked.get().rest(), replies);
    }
  }

  private OptionReply.ExportInfo info(Export export) {
    return new OptionReply.ExportInfo(
        export.device().sizeBytes(), ExportFlags.of(export.device(), headers.chunks()));
  }

  private static OptionReply unknown(String name) {
    String shown = name.length() > SHOWN_CHARACTERS ? name.substring(0, SHOWN_CHARACTERS) : name;
    return new OptionReply.Refused(
        Wire.REP_ERR_UNKNOWN,
        "no export '" + shown + "' is open to you: LIST names those that are");
  }

  private static OptionReply badLengths() {
    return invalid(
        "the lengths in the option do not add up to its length, or a string has more than "
            + OptionData.MAXIMUM_TEXT_BYTES
            + " bytes");
  }

  private static OptionReply noDataExpected(ByteBuf data) {
    return invalid("the option has " + data.readableBytes() + " bytes of data: expected none");
  }

  private static OptionReply invalid(String reason) {
    return new OptionReply.Refused(Wire.REP_ERR_INVALID, reason);
  }

  /** Where an option leads. */
  sealed interface Next {

    /** More options. */
    record Haggle() implements Next {}

    /** The handshake of TLS, and then another negotiation. */
    record StartTls() implements Next {}

    /** The connection is to be closed when what was answered is sent. */
    record Over() implements Next {}

    /**
     * Requests to the export.
     *
     * @param contexts by id
     * @param bare whether the client asked by EXPORT_NAME and wants the bare answer
     */
    record Transmit(
        Export export,
        OptionReply.ExportInfo info,
        Map<Integer, MetaContext> contexts,
        boolean bare)
        implements Next {}
  }
}
