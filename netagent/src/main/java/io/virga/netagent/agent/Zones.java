package io.virga.netagent.agent;

import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.pipeline.Pipeline;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which zones of the connection tracker hold what is no longer true. */
final class Zones {

  private Zones() {}

  /**
   * Zones of ports that are new, which may be those of a port that is gone, and of ports that lost
   * a rule: what that rule let in must not live on.
   */
  static List<Message.ConnectionTrackFlushZone> toFlush(FlowDiff diff) {
    return Stream.concat(
            diff.added().stream().map(Pipeline::zoneOfEntry),
            diff.removed().stream().map(Pipeline::zoneOfRule))
        .flatMap(Optional::stream)
        .distinct()
        .map(Message.ConnectionTrackFlushZone::new)
        .toList();
  }
}
