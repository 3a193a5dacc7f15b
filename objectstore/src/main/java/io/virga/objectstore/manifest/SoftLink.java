package io.virga.objectstore.manifest;

import io.virga.objectstore.http.UriText;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import java.util.Optional;

/** Objects without bytes that stand for others, as the Swift API makes them. */
public final class SoftLink {

  /** The metadata with the target: {@code container/object}, percent-encoded. */
  public static final String TARGET = ".symlink-target";

  /** The metadata with the target's account, if it is not the link's own. */
  public static final String ACCOUNT = ".symlink-account";

  private SoftLink() {}

  /** What an object stands for. */
  public static Optional<ObjectPath> target(ObjectRow row) {
    String account =
        row.metadata(ACCOUNT).orElse(SystemMetadata.plainAccount(row.path().account()));
    return row.metadata(TARGET)
        .flatMap(UriText::decode)
        .flatMap(path -> ManifestCodec.parsePath(account, path));
  }
}
