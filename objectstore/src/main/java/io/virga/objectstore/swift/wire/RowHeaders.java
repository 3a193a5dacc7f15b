package io.virga.objectstore.swift.wire;

import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.store.SystemMetadata;
import java.util.Map;

/** What is known of accounts, containers and objects, as headers of replies. */
public final class RowHeaders {

  private RowHeaders() {}

  public static void account(Reply reply, ContainerRow row) {
    String containers = Long.toString(row.containers());
    String objects = Long.toString(row.objects());
    String bytes = Long.toString(row.bytesUsed());
    reply.header("X-Account-Container-Count", containers);
    reply.header("X-Account-Object-Count", objects);
    reply.header("X-Account-Bytes-Used", bytes);
    if (row.containers() > 0) {
      String policy = "X-Account-Storage-Policy-" + capitalized(Policies.DEFAULT);
      reply.header(policy + "-Container-Count", containers);
      reply.header(policy + "-Object-Count", objects);
      reply.header(policy + "-Bytes-Used", bytes);
    }
    metadata(reply, row.metadata());
    timestamps(reply, row);
  }

  public static void container(Reply reply, ContainerRow row) {
    reply.header("X-Container-Object-Count", Long.toString(row.objects()));
    reply.header("X-Container-Bytes-Used", Long.toString(row.bytesUsed()));
    reply.header("X-Storage-Policy", Policies.DEFAULT);
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

  /** What clients gave; names of the store's own begin with a dot. */
  private static void metadata(Reply reply, Map<String, String> metadata) {
    metadata.forEach(
        (name, value) -> {
          if (!name.startsWith(".")) {
            reply.header(capitalized(name), value);
          }
        });
  }

  private static String capitalized(String name) {
    StringBuilder out = new StringBuilder(name.length());
    boolean start = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      out.append(start ? Character.toUpperCase(c) : c);
      start = c == '-';
    }
    return out.toString();
  }
}
