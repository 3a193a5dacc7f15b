package io.virga.objectstore.swift.symlink;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.manifest.ManifestCodec;
import io.virga.objectstore.manifest.SoftLink;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an object without bytes stands for.
 *
 * @param target as the client named it: {@code container/object}, percent-encoded
 * @param account the target's; empty if it is the link's own
 * @param etag what the target must have; a static link
 * @param bytes how many the target of a static link had
 */
public record Symlink(
    String target, Optional<String> account, Optional<String> etag, Optional<String> bytes) {

  private static final String ETAG = ".symlink-etag";
  private static final String BYTES = ".symlink-bytes";

  /** The link that an object is. */
  public static Optional<Symlink> of(ObjectRow row) {
    return row.metadata(SoftLink.TARGET)
        .map(
            target ->
                new Symlink(
                    target,
                    row.metadata(SoftLink.ACCOUNT),
                    row.metadata(ETAG),
                    row.metadata(BYTES)));
  }

  /** The metadata of an object that is the link. */
  public Map<String, String> metadata() {
    Map<String, String> metadata = new LinkedHashMap<>();
    metadata.put(SoftLink.TARGET, target);
    account.ifPresent(value -> metadata.put(SoftLink.ACCOUNT, value));
    etag.ifPresent(value -> metadata.put(ETAG, value));
    bytes.ifPresent(value -> metadata.put(BYTES, value));
    return metadata;
  }

  /** The object that the link of a path stands for. */
  public ObjectPath targetOf(ObjectPath link) {
    return UriText.decode(target)
        .flatMap(decoded -> ManifestCodec.parsePath(account.orElse(accountOf(link)), decoded))
        .orElseThrow(() -> new IllegalStateException("a link was put with a path that is none"));
  }

  /** The address of the target. */
  public String address(ObjectPath link) {
    return "/v1/" + UriText.encode(account.orElse(accountOf(link)), false) + "/" + target;
  }

  private static String accountOf(ObjectPath link) {
    return SystemMetadata.plainAccount(link.account());
  }

  /** Headers that tell of the link itself. */
  public void describe(Reply reply) {
    reply.header("X-Symlink-Target", target);
    account.ifPresent(value -> reply.header("X-Symlink-Target-Account", value));
    etag.ifPresent(value -> reply.header("X-Symlink-Target-Etag", value));
    bytes.ifPresent(value -> reply.header("X-Symlink-Target-Bytes", value));
  }
}
