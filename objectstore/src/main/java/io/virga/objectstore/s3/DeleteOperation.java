package io.virga.objectstore.s3;

import io.virga.objectstore.http.BodyCollector;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.ObjectStore;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** DeleteObjects. */
final class DeleteOperation {

  private static final int MAXIMUM_BODY_BYTES = 2 << 20;
  private static final int MAXIMUM_KEYS = 1000;
  private static final int AT_ONCE = 64;

  private final ObjectStore store;

  DeleteOperation(ObjectStore store) {
    this.store = store;
  }

  private record Asked(String key, Optional<String> version) {

    boolean isKnownVersion() {
      return version.filter(v -> !v.isEmpty() && !v.equals("null")).isEmpty();
    }
  }

  Mono<Reply> handle(S3Request request) {
    return store
        .container(request.container())
        .flatMap(
            row -> {
              if (row.isEmpty()) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              return BodyCollector.collect(request.body(), MAXIMUM_BODY_BYTES);
            })
        .flatMap(body -> delete(request, parse(body)));
  }

  private static XmlElement parse(byte[] body) {
    XmlElement root =
        XmlReader.read(body)
            .filter(r -> r.name().equals("Delete"))
            .orElseThrow(() -> new S3Error(S3Error.Code.MalformedXML));
    int count = root.all("Object").size();
    if (count == 0 || count > MAXIMUM_KEYS) {
      throw new S3Error(S3Error.Code.MalformedXML);
    }
    return root;
  }

  private Mono<Reply> delete(S3Request request, XmlElement root) {
    boolean quiet = root.textOf("Quiet").filter("true"::equals).isPresent();
    List<Asked> all =
        root.all("Object").stream()
            .map(o -> new Asked(o.textOf("Key").orElse(""), o.textOf("VersionId")))
            .toList();
    if (all.stream().anyMatch(asked -> asked.key().isEmpty())) {
      throw new S3Error(S3Error.Code.MalformedXML);
    }
    return Flux.fromIterable(all)
        .flatMapSequential(
            asked ->
                asked.isKnownVersion()
                    ? store
                        .delete(request.container().object(asked.key()), Condition.NONE)
                        .thenReturn(asked)
                    : Mono.just(asked),
            AT_ONCE)
        .collectList()
        .map(
            done -> {
              XmlWriter xml = XmlWriter.of("DeleteResult");
              for (Asked asked : done) {
                report(xml, asked, quiet);
              }
              return Reply.bytes(200, "application/xml", xml.toBytes());
            });
  }

  private static void report(XmlWriter xml, Asked asked, boolean quiet) {
    if (!asked.isKnownVersion()) {
      xml.open("Error").text("Key", asked.key());
      xml.text("VersionId", asked.version().orElse(""));
      xml.text("Code", "NoSuchVersion").text("Message", "The version does not exist.").close();
    } else if (!quiet) {
      xml.open("Deleted").text("Key", asked.key());
      asked.version().ifPresent(version -> xml.text("VersionId", version));
      xml.close();
    }
  }
}
