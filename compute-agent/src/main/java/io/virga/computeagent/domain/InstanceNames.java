package io.virga.computeagent.domain;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** How an instance is named to libvirt and on disk. */
public final class InstanceNames {

  private static final String PREFIX = "virga-";

  private InstanceNames() {}

  /** The name of an instance's domain. */
  public static String domainName(String instanceId) {
    return PREFIX + checkedId(instanceId);
  }

  /** The instance of a domain's name; empty when the domain is somebody else's. */
  public static Optional<String> instanceId(String domainName) {
    if (!domainName.startsWith(PREFIX)) {
      return Optional.empty();
    }
    String id = domainName.substring(PREFIX.length());
    return isCanonical(id) ? Optional.of(id) : Optional.empty();
  }

  /** Whether the text is a UUID in its canonical form, and so is safe in a path. */
  public static boolean isCanonical(String id) {
    if (id.length() != 36) {
      return false;
    }
    try {
      return UUID.fromString(id).toString().equals(id.toLowerCase(Locale.ROOT));
    } catch (IllegalArgumentException notAUuid) {
      return false;
    }
  }

  /**
   * The id itself.
   *
   * @throws IllegalArgumentException if it is not a UUID: it would otherwise reach a path
   */
  static String checkedId(String instanceId) {
    if (!isCanonical(instanceId)) {
      throw new IllegalArgumentException("instance id '" + instanceId + "' is not a UUID");
    }
    return instanceId;
  }
}
