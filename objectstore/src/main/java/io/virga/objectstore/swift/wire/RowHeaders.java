package io.virga.objectstore.swift.wire;

import io.virga.dataplane.ring.StoragePolicy;
import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is known of accounts, containers and objects, as headers of replies. */
public final class RowHeaders {

  private RowHeaders() {}

  public static void account(Reply reply, ContainerRow row, Policies policies) {
    counts(reply, "X-Account-", row.counts());
    for (StoragePolicy policy : policies.all()) {
      ContainerRow.Counts counts = row.counts().policies().get(policy.index());
      if (counts != null) {
        String prefix = "X-Account-Storage-Policy-" + capitalized(policy.name()) + "-";
        counts(reply, prefix, counts);
      }
    }
    metadata(reply, row.metadata());
    timestamps(reply, row);
  }

  private static void counts(Reply reply, String prefix, ContainerRow.Counts counts) {
    reply.header(prefix + "Container-Count", Long.toString(counts.containers()));
    reply.header(prefix + "Object-Count", Long.toString(counts.objects()));
    reply.header(prefix + "Bytes-Used", Long.toString(counts.bytesUsed()));
  }

  public static void container(Reply reply, ContainerRow row, Policies policies) {
    reply.header("X-Container-Object-Count", Long.toString(row.objects()));
    reply.header("X-Container-Bytes-Used", Long.toString(row.bytesUsed()));
    policies.nameOf(row.policy()).ifPresent(name -> reply.header("X-Storage-Policy", name));
    reply.header("Last-Modified", HttpDates.format(row.metadataAt().ceilingSeconds()));
    metadata(reply, row.metadata());
    timestamps(reply, row);
  }

  private static void timestamps(Reply reply, ContainerRow row) {
    reply.header("X-Timestamp", row.createdAt().toString());
    reply.header("Accept-Ranges", "bytes");
  }

  public static void object(Reply reply, ObjectRow row) {
    reply.header("Content-Type", ListedType.shown(row.contentType()));
    reply.header("Last-Modified", HttpDates.format(row.metadataTimestamp().ceilingSeconds()));
    reply.header("X-Timestamp", row.metadataTimestamp().toString());
    reply.header("Accept-Ranges", "bytes");
    metadata(reply, row.metadata());
    if (row.metadata(SystemMetadata.MANIFEST).filter(SystemMetadata.SLO::equals).isPresent()) {
      reply.header("X-Static-Large-Object", "True");
      reply.header("X-Manifest-Etag", row.etag());
    }
  }

  /** Of an object that has been copied, what was given to it by name. */
  public static void copied(Reply reply, Map<String, String> metadata) {
    Map<String, String> named = new LinkedHashMap<>(metadata);
    named
        .keySet()
        .removeIf(name -> !name.startsWith(MetadataHeaders.OBJECT) && !name.equals("x-delete-at"));
    metadata(reply, named);
  }

  /** What clients gave; names of the store's own begin with a dot. */
  private static void metadata(Reply reply, Map<String, String> metadata) {
    metadata.forEach(
        (name, value) -> {
          if (!name.startsWith(".")) {
            reply.header(HeaderText.safe(capitalized(name)), value);
          }
        });
  }

  private static String capitalized(String name) {
    StringBuilder out = new StringBuilder(name.length());
    boolean start = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      out.append(start && c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
      start = c == '-';
    }
    return out.toString();
  }
}
