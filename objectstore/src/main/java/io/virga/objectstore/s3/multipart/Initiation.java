package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.acl.Permission;
import io.virga.objectstore.s3.object.ObjectHeaders;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlWriter;
import io.virga.objectstore.store.Condition;
import io.virga.objectstore.store.NewObject;
import io.virga.objectstore.store.ObjectStore;
import io.virga.objectstore.store.Result;
import io.virga.objectstore.store.SystemMetadata;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** CreateMultipartUpload. */
public final class Initiation {

  private final ObjectStore store;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  public Initiation(ObjectStore store, InstantSource clock) {
    this.store = store;
    this.clock = clock;
  }

  public Mono<Reply> create(S3Request request) {
    Access.require(request, Permission.WRITE);
    String id = "%016x%016x".formatted(clock.millis(), random.nextLong());
    UploadName upload = new UploadName(request.key(), id);
    Map<String, String> metadata = ObjectHeaders.metadata(request);
    Optional<UploadChecksum> checksum = UploadChecksum.of(request);
    checksum.ifPresent(c -> c.addTo(metadata));
    String type = ObjectHeaders.contentType(request);
    ContainerPath bucket = request.container();
    return store
        .putHidden(SystemMetadata.uploadsOf(bucket), bucket)
        .then(Mono.defer(() -> store.putHidden(SystemMetadata.partsOf(bucket), bucket)))
        .then(Mono.defer(() -> put(upload.path(bucket), type, metadata)))
        .map(
            result -> {
              if (result instanceof Result.Refused<ObjectRow>) {
                throw new S3Error(S3Error.Code.NoSuchBucket);
              }
              XmlWriter xml = XmlWriter.of("InitiateMultipartUploadResult");
              xml.text("Bucket", request.bucketName()).text("Key", request.key());
              Reply reply = S3Text.reply(xml.text("UploadId", id));
              checksum.ifPresent(c -> c.tell(reply));
              return reply;
            });
  }

  private Mono<Result<ObjectRow>> put(ObjectPath path, String type, Map<String, String> metadata) {
    return store.receive(
        path,
        OptionalLong.of(0),
        Flux.empty(),
        received ->
            store.put(
                path, NewObject.of(received, type, metadata), received.content(), Condition.NONE));
  }
}
