package io.virga.netagent.agent;

import io.virga.netagent.openflow.Message.PacketIn;
import io.virga.netagent.openflow.Message.PacketOut;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Hands each packet that the switch sends up to who answers for its reason. Any thread. */
final class PacketIns {

  private final Map<Integer, Function<PacketIn, List<PacketOut>>> byReason;

  PacketIns(Map<Integer, Function<PacketIn, List<PacketOut>>> byReason) {
    this.byReason = Map.copyOf(byReason);
  }

  /** The packets that are sent then; a reason that nobody knows is of an older pipeline. */
  List<PacketOut> answer(PacketIn packetIn) {
    return packetIn.userdata().length() == 0
        ? List.of()
        : byReason
            .getOrDefault((int) packetIn.userdata().slice(0, 1).toLong(), _ -> List.of())
            .apply(packetIn);
  }
}
