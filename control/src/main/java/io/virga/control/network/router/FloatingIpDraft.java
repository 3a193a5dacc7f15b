package io.virga.control.network.router;

import io.virga.control.network.port.PortDraft.AddressWish;
import java.util.Optional;
import java.util.UUID;

/**
 * A floating IP that is asked for.
 *
 * @param address any free one if empty
 */
public record FloatingIpDraft(
    String projectId,
    String description,
    UUID networkId,
    Optional<AddressWish> address,
    Optional<Association> association) {

  /**
   * What it is to stand for.
   *
   * @param fixedIp the only one of the port if empty
   */
  public record Association(UUID portId, Optional<String> fixedIp) {}
}
