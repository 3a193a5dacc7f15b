package io.virga.control.compute.server;

import io.virga.control.network.InstancePorts.Nic;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A server that is asked for.
 *
 * @param nics empty for the project's only network
 * @param noNetwork whether it shall have no card at all
 * @param userData base64, checked
 * @param host the one that it is to be on; for administrators
 */
public record ServerDraft(
    String name,
    String description,
    String imageId,
    String flavorId,
    Optional<String> keyName,
    Optional<String> userData,
    boolean configDrive,
    Map<String, String> metadata,
    List<String> securityGroups,
    List<Nic> nics,
    boolean noNetwork,
    Optional<String> host) {

  public ServerDraft {
    metadata = Map.copyOf(metadata);
    securityGroups = List.copyOf(securityGroups);
    nics = List.copyOf(nics);
  }

  /** The same under another name; for several at once. */
  public ServerDraft named(String newName) {
    return new ServerDraft(
        newName,
        description,
        imageId,
        flavorId,
        keyName,
        userData,
        configDrive,
        metadata,
        securityGroups,
        nics,
        noNetwork,
        host);
  }
}
