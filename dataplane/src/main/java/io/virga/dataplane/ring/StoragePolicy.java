package io.virga.dataplane.ring;

import java.util.regex.Pattern;

/**
 * A kind of storage that a container may be made with: the objects in it are placed by the ring of
 * that policy.
 *
 * @param index names the ring, and is kept with every container; never given to another policy
 * @param isDefault whether a container gets it when nothing is asked for
 * @param deprecated whether new containers are refused; old ones go on
 */
public record StoragePolicy(int index, String name, boolean isDefault, boolean deprecated) {

  /** The greatest index. */
  public static final int MAXIMUM_INDEX = 999;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public StoragePolicy {
    if (index < 0 || index > MAXIMUM_INDEX) {
      throw new IllegalArgumentException(
          "storage policy index " + index + " is not in 0.." + MAXIMUM_INDEX);
    }
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no name of a storage policy: up to 64 letters, digits, '-', '_' and '.'"
              .formatted(name));
    }
    if (isDefault && deprecated) {
      throw new IllegalArgumentException(
          "the storage policy '%s' cannot be the default and deprecated".formatted(name));
    }
  }
}
