package io.virga.dataplane.desired;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an instance may ask of 169.254.169.254.
 *
 * @param id the instance's
 * @param publicKeys SSH public keys by the name of their key pair
 * @param properties the server's metadata items
 * @param userData base64, as the tenant gave it; at most 65535 bytes decoded
 * @param portIds the ports from which this instance may ask
 * @param blockDevices devices by EC2's names for them: {@code ephemeral0}, {@code swap} …; nothing
 *     where an older control has written it
 */
public record MetadataSpec(
    String id,
    long generation,
    String projectId,
    String name,
    String hostname,
    String availabilityZone,
    Map<String, String> publicKeys,
    Map<String, String> properties,
    Optional<String> userData,
    List<String> portIds,
    Map<String, String> blockDevices)
    implements DesiredState {

  public MetadataSpec {
    publicKeys = Map.copyOf(publicKeys);
    properties = Map.copyOf(properties);
    portIds = List.copyOf(portIds);
    blockDevices = Optional.ofNullable(blockDevices).map(Map::copyOf).orElse(Map.of());
  }
}
