package io.virga.control.volume.model;

import io.virga.control.quota.Counted;
import io.virga.control.quota.Quota;
import io.virga.control.quota.Resource;
import java.util.List;
import java.util.UUID;

/** What is of one type of volumes, {@code volumes_NAME}; without a limit until one is set. */
public record OfType(Resource resource, UUID typeId, String typeName) implements Counted {

  private static final List<Resource> RESOURCES =
      List.of(Resource.VOLUMES, Resource.SNAPSHOTS, Resource.GIGABYTES);

  /** All that is counted of a type. */
  public static List<OfType> all(UUID typeId, String typeName) {
    return RESOURCES.stream().map(resource -> new OfType(resource, typeId, typeName)).toList();
  }

  @Override
  public String key() {
    return resource.key() + ":" + typeId;
  }

  @Override
  public String label() {
    return resource.label() + "_" + typeName;
  }

  @Override
  public long defaultLimit() {
    return Quota.UNLIMITED;
  }
}
