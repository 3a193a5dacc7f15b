package io.virga.objectstore.s3.listing;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.object.ObjectFinder;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.versions.VersionListing;
import reactor.core.publisher.Mono;

/** ListObjectVersions. */
public final class VersionsListing {

  private final VersionListing versions;

  public VersionsListing(ObjectStore store) {
    this.versions = new VersionListing(store);
  }

  public Mono<Reply> list(S3Request request) {
    Access.require(request, Permission.READ);
    ListParameters asked = ListParameters.of(request.query(), "max-keys");
    String keyMarker = request.query().text("key-marker");
    String versionMarker = request.query().text("version-id-marker");
    if (!request.query().has("key-marker") && !versionMarker.isEmpty()) {
      throw S3Error.invalidArgument(
          "A version-id marker cannot be specified without a key marker.");
    }
    if (!versionMarker.isEmpty()) {
      ObjectFinder.requireVersionId(versionMarker);
    }
    VersionListing.Query query =
        new VersionListing.Query(
            asked.prefix(), asked.delimiter(), keyMarker, versionMarker, asked.maximum(), false);
    return versions
        .list(request.container(), query)
        .map(
            found -> {
              VersionListing.Page page =
                  found.orElseThrow(() -> new S3Error(S3Error.Code.NoSuchBucket));
              XmlWriter xml = XmlWriter.of("ListVersionsResult");
              xml.text("Name", request.bucketName());
              asked.writePrefix(xml);
              xml.text("KeyMarker", asked.shown(keyMarker));
              xml.text("VersionIdMarker", versionMarker);
              if (page.truncated()) {
                next(xml, asked, page.lines().getLast());
              }
              asked.writeBounds(xml, "MaxKeys");
              if (asked.delimiter().isEmpty() && request.query().has("delimiter")) {
                xml.text("Delimiter", "");
              }
              xml.flag("IsTruncated", page.truncated());
              page.lines().forEach(line -> line(xml, request, asked, line));
              return S3Text.reply(xml);
            });
  }

  private static void next(XmlWriter xml, ListParameters asked, VersionListing.Line last) {
    xml.text("NextKeyMarker", asked.shown(last.key()));
    if (last instanceof VersionListing.Listed listed) {
      xml.text("NextVersionIdMarker", listed.id().text());
    }
  }

  private static void line(
      XmlWriter xml, S3Request request, ListParameters asked, VersionListing.Line line) {
    switch (line) {
      case VersionListing.Rolled(String key) -> asked.rolled(xml, key);
      case VersionListing.Listed listed -> {
        xml.open(listed.marker() ? "DeleteMarker" : "Version");
        xml.text("Key", asked.shown(listed.key())).text("VersionId", listed.id().text());
        xml.flag("IsLatest", listed.latest());
        if (listed.marker()) {
          xml.text("LastModified", S3Text.time(listed.row().timestamp()));
        } else {
          ObjectListing.row(xml, listed.row());
        }
        S3Text.owner(xml, request.bucket().owner());
        if (!listed.marker()) {
          xml.text("StorageClass", "STANDARD");
        }
        xml.close();
      }
    }
  }
}
