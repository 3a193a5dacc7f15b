package io.virga.objectstore.versions;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.store.SystemMetadata;
import java.util.Optional;

/** A version as its hidden container names it: the key, a NUL, and the id. */
public record VersionName(String key, VersionId id) {

  /** Where the versions of a container's objects are. No client can name it. */
  public static ContainerPath hidden(ContainerPath container) {
    return new ContainerPath(
        SystemMetadata.VERSIONS_PREFIX + container.account(), container.container());
  }

  static ObjectPath path(ObjectPath plain, VersionId id) {
    return hidden(plain.containerPath()).object(plain.object() + VersionId.SEPARATOR + id.suffix());
  }

  /** What the names of all versions of a key begin with. */
  static String prefix(String key) {
    return key + VersionId.SEPARATOR;
  }

  /** Behind all versions of a key, and before all other keys. */
  static String end(String key) {
    return prefix(key) + '~';
  }

  static Optional<VersionName> parse(String name) {
    int end = name.indexOf(VersionId.SEPARATOR);
    return end < 0
        ? Optional.empty()
        : VersionId.ofSuffix(name.substring(end + 1))
            .map(id -> new VersionName(name.substring(0, end), id));
  }

  /** The id of the version that is at a path; empty if the path is not a version's. */
  public static Optional<VersionId> idOf(ObjectPath path) {
    return path.account().startsWith(SystemMetadata.VERSIONS_PREFIX)
        ? parse(path.object()).map(VersionName::id)
        : Optional.empty();
  }
}
