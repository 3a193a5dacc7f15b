package io.virga.objectstore;

import io.virga.objectstore.http.UriText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs and sends requests, written from the specification and not with the server's code. */
final class S3Client {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int port;
  private final String accessKey;
  private final String secret;

  S3Client(int port, String accessKey, String secret) {
    this.port = port;
    this.accessKey = accessKey;
    this.secret = secret;
  }

  /** A path without encoding needs, the query in the form {@code a=b&c=}, sorted. */
  HttpResponse<byte[]> send(String method, String path, String query, byte[] body, String... more)
      throws IOException, InterruptedException {
    Map<String, String> headers = new TreeMap<>();
    String time = TIME.format(Instant.now());
    headers.put("host", "127.0.0.1:" + port);
    headers.put("x-amz-date", time);
    headers.put("x-amz-content-sha256", hex(sha256(body)));
    for (int i = 0; i < more.length; i += 2) {
      headers.put(more[i], more[i + 1]);
    }
    String names = String.join(";", headers.keySet());
    String lines =
        headers.entrySet().stream()
            .map(h -> h.getKey() + ":" + h.getValue() + "\n")
            .collect(Collectors.joining());
    String canonical =
        String.join(
            "\n",
            method,
            UriText.encode(path, true),
            query,
            lines,
            names,
            headers.getOrDefault("x-amz-content-sha256", ""));
    String scope = time.substring(0, 8) + "/us-east-1/s3/aws4_request";
    String toSign =
        String.join(
            "\n",
            "AWS4-HMAC-SHA256",
            time,
            scope,
            hex(sha256(canonical.getBytes(StandardCharsets.UTF_8))));
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/", -1)) {
      key = hmac(key, part);
    }
    headers.put(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=%s/%s, SignedHeaders=%s, Signature=%s"
            .formatted(accessKey, scope, names, hex(hmac(key, toSign))));
    headers.remove("host");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(
                URI.create(
                    "http://127.0.0.1:" + port + path + (query.isEmpty() ? "" : "?" + query)))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(Arrays.toString(bytes), e);
    }
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(text, e);
    }
  }
}
