package io.virga.blockstore.nbd;

import io.virga.blockstore.device.BlockDevice;
import io.virga.blockstore.export.Export;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which contexts a client has chosen, and for which export; a later choice takes the place of an
 * earlier one, also when it fails. Not for several threads.
 */
final class ContextHaggling {

  static final int MAXIMUM_SELECTED = 16;
  private static final int MAXIMUM_LISTED = 1000;

  private Map<Integer, MetaContext> selected = Map.of();
  private String selectedOf = "";

  /** Answers LIST_META_CONTEXT; without queries, with all there are. */
  static void list(Export export, List<String> queries, Consumer<OptionReply> replies) {
    List<String> asked = queries.isEmpty() ? List.of("base:", "virga:") : queries;
    asked.stream()
        .flatMap(query -> MetaContext.matching(query, export.device(), MAXIMUM_LISTED).stream())
        .distinct()
        .limit(MAXIMUM_LISTED)
        .forEach(context -> replies.accept(new OptionReply.Context(0, context.name())));
    replies.accept(new OptionReply.Ack());
  }

  /** Forgets what was chosen. */
  void clear() {
    selected = Map.of();
  }

  /** Answers SET_META_CONTEXT: names that are no context are passed over. */
  void select(Export export, List<String> queries, Consumer<OptionReply> replies) {
    Map<Integer, MetaContext> chosen = new LinkedHashMap<>();
    BlockDevice device = export.device();
    queries.stream()
        .distinct()
        .flatMap(query -> MetaContext.named(query, device).stream())
        .limit(MAXIMUM_SELECTED + 1)
        .forEach(context -> chosen.put(chosen.size() + 1, context));
    if (chosen.size() > MAXIMUM_SELECTED) {
      String reason = "more than " + MAXIMUM_SELECTED + " contexts were asked for at once";
      replies.accept(new OptionReply.Refused(Wire.REP_ERR_TOO_BIG, reason));
      return;
    }
    chosen.forEach((id, context) -> replies.accept(new OptionReply.Context(id, context.name())));
    replies.accept(new OptionReply.Ack());
    selected = chosen;
    selectedOf = export.name();
  }

  /** By id, what was chosen for this export. */
  Map<Integer, MetaContext> of(Export export) {
    return selectedOf.equals(export.name()) ? selected : Map.of();
  }
}
