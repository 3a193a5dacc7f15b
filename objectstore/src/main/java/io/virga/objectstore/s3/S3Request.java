package io.virga.objectstore.s3;

import io.netty.buffer.ByteBuf;
import io.virga.objectstore.http.Query;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import java.util.Optional;
import java.util.OptionalLong;
import reactor.core.publisher.Flux;

/**
 * A request whose signature is good.
 *
 * @param account of the signer's project
 * @param bucket empty for the service itself
 * @param key empty for a bucket
 * @param length of the body, decoded
 * @param body decoded; fails with an {@link S3Error} if it is not what was signed
 */
record S3Request(
    Request http,
    String account,
    String bucket,
    String key,
    OptionalLong length,
    Flux<ByteBuf> body) {

  String method() {
    return http.method();
  }

  Query query() {
    return http.query();
  }

  Optional<String> header(String name) {
    return http.header(name);
  }

  ContainerPath container() {
    return new ContainerPath(account, bucket);
  }

  ObjectPath object() {
    return new ObjectPath(account, bucket, key);
  }
}
