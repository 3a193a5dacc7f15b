package io.virga.netagent.pipeline;

import io.virga.netagent.openflow.Message.MeterConfig;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** What a guest may ask of the agent, so that none can drown it for the others. */
public final class Meters {

  /** Ports above this number have no meters of their own and are not wired. */
  public static final int MAX_OFPORT = 0x7fff;

  private static final int DHCP_PACKETS_PER_SECOND = 20;
  private static final int METADATA_PACKETS_PER_SECOND = 2000;

  private Meters() {}

  static int dhcp(int ofport) {
    return ofport * 2;
  }

  static int metadata(int ofport) {
    return ofport * 2 + 1;
  }

  /** The meters that the flows of the ports refer to. */
  public static List<MeterConfig> of(Collection<Integer> ofports) {
    List<MeterConfig> meters = new ArrayList<>();
    for (int ofport : ofports) {
      meters.add(
          new MeterConfig(dhcp(ofport), true, DHCP_PACKETS_PER_SECOND, DHCP_PACKETS_PER_SECOND));
      meters.add(
          new MeterConfig(
              metadata(ofport), true, METADATA_PACKETS_PER_SECOND, METADATA_PACKETS_PER_SECOND));
    }
    return meters;
  }
}
