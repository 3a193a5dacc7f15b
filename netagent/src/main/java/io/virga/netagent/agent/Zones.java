package io.virga.netagent.agent;

import io.virga.netagent.flows.FlowDiff;
import io.virga.netagent.openflow.Message;
import io.virga.netagent.pipeline.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which connections the tracker holds that are no longer true. */
final class Zones {

  private Zones() {}

  /**
   * All of ports that are new, whose zones may be those of ports that are gone. Of routers only
   * those of external addresses and ports that are gone or go elsewhere now; a flow that is new has
   * translated nothing.
   */
  static List<Message> toFlush(FlowDiff diff) {
    Stream<Message> zones =
        diff.added().stream()
            .flatMap(flow -> Pipeline.zoneOfEntry(flow).stream())
            .distinct()
            .map(Message.ConnectionTrackFlushZone::new);
    Stream<Message> translated =
        Stream.concat(diff.replaced().stream(), diff.removed().stream())
            .flatMap(flow -> Pipeline.translatedBy(flow).stream())
            .distinct();
    return Stream.concat(zones, translated).toList();
  }

  /** All of the numbers that are another port's now. */
  static List<Message> ofMoved(Map<String, Integer> before, Map<String, Integer> now) {
    return now.entrySet().stream()
        .filter(port -> !port.getValue().equals(before.get(port.getKey())))
        .map(port -> (Message) new Message.ConnectionTrackFlushZone(port.getValue()))
        .toList();
  }
}
