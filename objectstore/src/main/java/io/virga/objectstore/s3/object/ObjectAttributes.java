package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.SystemMetadata;
import io.virga.objectstore.versions.Versions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** GetObjectAttributes. */
public final class ObjectAttributes {

  private static final Set<String> KNOWN =
      Set.of("ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize");
  private static final int MAXIMUM_PARTS = 1000;
  private static final int AT_ONCE = 32;

  private final ObjectFinder finder;
  private final ObjectParts parts;

  public ObjectAttributes(ObjectFinder finder, ObjectParts parts) {
    this.finder = finder;
    this.parts = parts;
  }

  public Mono<Reply> get(S3Request request) {
    Set<String> asked = asked(request);
    return finder
        .require(request)
        .flatMap(
            version -> {
              ObjectRow row = version.row();
              Access.require(request, row, Permission.READ);
              boolean withParts = asked.contains("ObjectParts") && ObjectParts.isMultipart(row);
              Mono<List<ObjectParts.Part>> all =
                  withParts ? page(request, row) : Mono.just(List.of());
              return all.map(page -> reply(request, version, asked, page));
            });
  }

  private static Set<String> asked(S3Request request) {
    Set<String> asked = new TreeSet<>();
    for (String header : request.http().headers().getAll("x-amz-object-attributes")) {
      for (String name : header.split(",", -1)) {
        if (!KNOWN.contains(name.strip())) {
          throw S3Error.invalidArgument("Invalid attribute name specified: " + name.strip());
        }
        asked.add(name.strip());
      }
    }
    if (asked.isEmpty()) {
      throw S3Error.invalidRequest("The x-amz-object-attributes header is required");
    }
    return asked;
  }

  private static int number(S3Request request, String header, int otherwise) {
    return request.header(header).map(text -> S3Text.number(header, text)).orElse(otherwise);
  }

  private static int maximum(S3Request request) {
    return Math.min(number(request, "x-amz-max-parts", MAXIMUM_PARTS), MAXIMUM_PARTS);
  }

  /** The parts that are shown, and one more if there are more. */
  private Mono<List<ObjectParts.Part>> page(S3Request request, ObjectRow row) {
    int marker = number(request, "x-amz-part-number-marker", 0);
    return parts
        .all(row)
        .flatMapMany(Flux::fromIterable)
        .filter(part -> part.number() > marker)
        .take(maximum(request) + 1L)
        .flatMapSequential(parts::withChecksum, AT_ONCE)
        .collectList();
  }

  private static Reply reply(
      S3Request request, Versions.Version version, Set<String> asked, List<ObjectParts.Part> page) {
    ObjectRow row = version.row();
    XmlWriter xml = XmlWriter.of("GetObjectAttributesResponse");
    if (asked.contains("ETag")) {
      xml.text("ETag", SystemMetadata.shownEtag(row));
    }
    if (asked.contains("Checksum")) {
      StoredChecksum.of(row.metadata())
          .ifPresent(
              c -> {
                xml.open("Checksum").text(c.algorithm().element(), c.base64());
                xml.text("ChecksumType", c.type().name()).close();
              });
    }
    if (!page.isEmpty()) {
      parts(xml, request, page);
    }
    if (asked.contains("StorageClass")) {
      xml.text("StorageClass", "STANDARD");
    }
    if (asked.contains("ObjectSize")) {
      xml.number("ObjectSize", SystemMetadata.shownSize(row));
    }
    Reply reply = S3Text.reply(xml);
    reply.header("Last-Modified", HttpDates.format(row.metadataTimestamp().ceilingSeconds()));
    return ObjectFinder.tell(reply, request.bucket(), version.id());
  }

  private static void parts(XmlWriter xml, S3Request request, List<ObjectParts.Part> page) {
    int maximum = maximum(request);
    List<ObjectParts.Part> shown = page.subList(0, Math.min(maximum, page.size()));
    int marker = number(request, "x-amz-part-number-marker", 0);
    xml.open("ObjectParts").number("PartsCount", page.getFirst().count());
    xml.number("PartNumberMarker", marker);
    xml.number("NextPartNumberMarker", shown.isEmpty() ? marker : shown.getLast().number());
    xml.number("MaxParts", maximum).flag("IsTruncated", page.size() > shown.size());
    for (ObjectParts.Part part : shown) {
      xml.open("Part").number("PartNumber", part.number()).number("Size", part.length());
      part.checksum().ifPresent(c -> xml.text(c.algorithm().element(), c.base64()));
      xml.close();
    }
    xml.close();
  }
}
