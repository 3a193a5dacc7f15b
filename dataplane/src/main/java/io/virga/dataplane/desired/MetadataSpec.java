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
    List<String> portIds)
    implements DesiredState {

  public MetadataSpec {
    publicKeys = Map.copyOf(publicKeys);
    properties = Map.copyOf(properties);
    portIds = List.copyOf(portIds);
  }
}
