package io.virga.control.image;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;
import reactor.netty.http.server.HttpServerRequest;
import reactor.netty.http.server.HttpServerResponse;

/**
 * As much of S3 as images need, in memory; knows an access key, and looks at no signature but at
 * the digest of a body that it is of.
 */
final class SmallS3 implements AutoCloseable {

  private final String accessKey;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Map<String, NavigableMap<Integer, byte[]>> uploads = new ConcurrentHashMap<>();
  private final List<String> authorizations = new CopyOnWriteArrayList<>();
  private final DisposableServer server;

  SmallS3(String accessKey) {
    this.accessKey = accessKey;
    this.server = HttpServer.create().host("127.0.0.1").port(0).handle(this::handle).bindNow();
  }

  String address() {
    return "http://127.0.0.1:" + server.port();
  }

  /** By their paths, {@code /bucket/key}. */
  Map<String, byte[]> objects() {
    return objects;
  }

  /** Uploads that were neither completed nor given up. */
  int openUploads() {
    return uploads.size();
  }

  List<String> authorizations() {
    return authorizations;
  }

  private Publisher<Void> handle(HttpServerRequest request, HttpServerResponse response) {
    String authorization = request.requestHeaders().get("Authorization", "");
    authorizations.add(authorization);
    return request
        .receive()
        .collect(Unpooled::buffer, ByteBuf::writeBytes)
        .map(ByteBufUtil::getBytes)
        .flatMap(
            body -> {
              if (!authorization.contains("Credential=" + accessKey + "/")) {
                return error(response, 403, "InvalidAccessKeyId");
              }
              String digest = request.requestHeaders().get("x-amz-content-sha256", "");
              return digest.equals(sha256(body)) || body.length == 0
                  ? answer(request, body, response)
                  : error(response, 400, "XAmzContentSHA256Mismatch");
            });
  }

  private Mono<Void> answer(HttpServerRequest request, byte[] body, HttpServerResponse response) {
    String[] parts = request.uri().split("\\?", 2);
    String path = parts[0];
    String query = parts.length == 2 ? parts[1] : "";
    String upload = parameter(query, "uploadId");
    return switch (request.method().name()) {
      case "POST" -> upload.isEmpty() ? begin(path, response) : complete(path, upload, response);
      case "PUT" -> {
        if (upload.isEmpty()) {
          objects.put(path, body);
        } else {
          uploads
              .getOrDefault(upload, new ConcurrentSkipListMap<>())
              .put(Integer.parseInt(parameter(query, "partNumber")), body);
        }
        yield response.header("ETag", "\"" + sha256(body) + "\"").send().then();
      }
      case "DELETE" -> {
        if (upload.isEmpty()) {
          objects.remove(path);
        } else {
          uploads.remove(upload);
        }
        yield response.status(204).send().then();
      }
      case "GET" ->
          objects.containsKey(path)
              ? response.sendByteArray(Mono.just(objects.getOrDefault(path, body))).then()
              : error(response, 404, "NoSuchKey");
      default -> error(response, 405, "MethodNotAllowed");
    };
  }

  private Mono<Void> begin(String path, HttpServerResponse response) {
    String upload = "upload-" + path.hashCode();
    uploads.put(upload, new ConcurrentSkipListMap<>());
    return xml(
        response,
        200,
        "<InitiateMultipartUploadResult><UploadId>%s</UploadId></InitiateMultipartUploadResult>"
            .formatted(upload));
  }

  private Mono<Void> complete(String path, String upload, HttpServerResponse response) {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    uploads.getOrDefault(upload, new ConcurrentSkipListMap<>()).values().forEach(whole::writeBytes);
    uploads.remove(upload);
    objects.put(path, whole.toByteArray());
    return xml(response, 200, "<CompleteMultipartUploadResult/>");
  }

  private static String parameter(String query, String name) {
    for (String pair : query.split("&")) {
      if (pair.startsWith(name + "=")) {
        return pair.substring(name.length() + 1);
      }
    }
    return "";
  }

  private static Mono<Void> error(HttpServerResponse response, int status, String code) {
    return xml(response, status, "<Error><Code>%s</Code></Error>".formatted(code));
  }

  private static Mono<Void> xml(HttpServerResponse response, int status, String body) {
    return response
        .status(status)
        .header("Content-Type", "application/xml")
        .sendString(Mono.just(body))
        .then();
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.disposeNow(Duration.ofSeconds(5));
  }
}
