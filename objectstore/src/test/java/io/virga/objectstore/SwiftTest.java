package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import io.virga.objectstore.device.DeviceOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SwiftTest {

  @TempDir static Path home;

  private static TestNode node;
  private static final HttpClient CLIENT =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @BeforeAll
  static void start() throws IOException {
    node =
        TestNode.start(
            home, 0, DeviceOptions.defaults().withSegments(4 << 20, 1 << 20).withMinimumFree(0));
  }

  @AfterAll
  static void stop() throws Exception {
    node.close();
  }

  private static HttpResponse<byte[]> send(
      String method, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.port() + "/v1/AUTH_p1" + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, HttpRequest.BodyPublishers.ofByteArray(body));
    if (!Arrays.asList(headers).contains("X-Auth-Token")) {
      request.header("X-Auth-Token", "member:p1");
    }
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(method + " " + path, e);
    }
  }

  private static HttpResponse<byte[]> get(String path, String... headers) {
    return send("GET", path, new byte[0], headers);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static String header(HttpResponse<byte[]> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  @Test
  void keepsObjectsOfEverySize() {
    assertThat(send("PUT", "/sizes", new byte[0]).statusCode()).isEqualTo(201);
    assertThat(send("PUT", "/sizes", new byte[0]).statusCode()).isEqualTo(202);
    for (int size : new int[] {0, 5, 4096, 4097, 100_000, 1_500_000}) {
      HttpResponse<byte[]> put = send("PUT", "/sizes/o" + size, random(size));
      assertThat(put.statusCode()).isEqualTo(201);
      HttpResponse<byte[]> got = get("/sizes/o" + size);
      assertThat(got.statusCode()).isEqualTo(200);
      assertThat(got.body()).isEqualTo(random(size));
      assertThat(header(got, "etag")).isEqualTo(header(put, "etag"));
    }
    HttpResponse<byte[]> part = get("/sizes/o1500000", "Range", "bytes=65530-200000");
    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.body()).isEqualTo(Arrays.copyOfRange(random(1_500_000), 65_530, 200_001));
    assertThat(get("/sizes/o5", "Range", "bytes=5-").statusCode()).isEqualTo(416);
    assertThat(header(send("HEAD", "/sizes", new byte[0]), "x-container-object-count"))
        .isEqualTo("6");
  }

  @Test
  void listsWithPrefixDelimiterAndMarker() {
    send("PUT", "/list", new byte[0]);
    for (String name : new String[] {"a", "dir/1", "dir/2", "z"}) {
      send("PUT", "/list/" + name, random(3));
    }
    assertThat(text(get("/list"))).isEqualTo("a\ndir/1\ndir/2\nz\n");
    assertThat(text(get("/list?delimiter=/"))).isEqualTo("a\ndir/\nz\n");
    assertThat(text(get("/list?prefix=dir/&marker=dir/1"))).isEqualTo("dir/2\n");
    assertThat(text(get("/list?limit=1&format=json"))).contains("\"name\":\"a\"", "\"bytes\":3");
    assertThat(get("/list?limit=10001").statusCode()).isEqualTo(412);
    assertThat(get("/list", "Accept", "image/png").statusCode()).isEqualTo(406);
    assertThat(send("DELETE", "/list", new byte[0]).statusCode()).isEqualTo(409);
  }

  @Test
  void honoursConditionsAndChecksEtags() {
    send("PUT", "/cond", new byte[0]);
    HttpResponse<byte[]> put = send("PUT", "/cond/o", random(10), "If-None-Match", "*");
    assertThat(put.statusCode()).isEqualTo(201);
    assertThat(send("PUT", "/cond/o", random(10), "If-None-Match", "*").statusCode())
        .isEqualTo(412);
    assertThat(get("/cond/o", "If-None-Match", header(put, "etag")).statusCode()).isEqualTo(304);
    assertThat(get("/cond/o", "If-Match", "other").statusCode()).isEqualTo(412);
    assertThat(send("PUT", "/cond/o", random(9), "ETag", "0".repeat(32)).statusCode())
        .isEqualTo(422);
    assertThat(get("/cond/o").body()).isEqualTo(random(10));
  }

  @Test
  void letsOnlyTheProjectIn() {
    assertThat(get("", "X-Auth-Token", "nonsense").statusCode()).isEqualTo(401);
    assertThat(get("", "X-Auth-Token", "member:p2").statusCode()).isEqualTo(403);
    assertThat(send("HEAD", "", new byte[0], "X-Auth-Token", "reader:p1").statusCode())
        .isEqualTo(204);
    assertThat(send("PUT", "/no", new byte[0], "X-Auth-Token", "reader:p1").statusCode())
        .isEqualTo(403);
    assertThat(send("HEAD", "", new byte[0], "X-Auth-Token", "reseller_admin:p9").statusCode())
        .isEqualTo(204);
  }

  @Test
  void replacesMetadataAndCopies() {
    send("PUT", "/meta", new byte[0]);
    send("PUT", "/meta/o", random(5000), "X-Object-Meta-A", "1", "Content-Type", "x/y");
    assertThat(send("POST", "/meta/o", new byte[0], "X-Object-Meta-B", "2").statusCode())
        .isEqualTo(202);
    HttpResponse<byte[]> head = send("HEAD", "/meta/o", new byte[0]);
    assertThat(header(head, "x-object-meta-a")).isEmpty();
    assertThat(header(head, "x-object-meta-b")).isEqualTo("2");
    assertThat(header(head, "content-type")).isEqualTo("x/y");
    assertThat(send("COPY", "/meta/o", new byte[0], "Destination", "meta/copy").statusCode())
        .isEqualTo(201);
    assertThat(get("/meta/copy").body()).isEqualTo(random(5000));
    assertThat(header(get("/meta/copy"), "x-object-meta-b")).isEqualTo("2");
  }

  @Test
  void putsLargeObjectsTogether() {
    send("PUT", "/large", new byte[0]);
    send("PUT", "/large/seg/1", random(70_000));
    send("PUT", "/large/seg/2", random(6000));
    byte[] manifest =
        "[{\"path\":\"/large/seg/1\"},{\"path\":\"/large/seg/2\",\"size_bytes\":6000}]"
            .getBytes(StandardCharsets.UTF_8);
    byte[] whole = Arrays.copyOf(random(70_000), 76_000);
    System.arraycopy(random(6000), 0, whole, 70_000, 6000);
    assertThat(send("PUT", "/large/slo?multipart-manifest=put", manifest).statusCode())
        .isEqualTo(201);
    assertThat(get("/large/slo").body()).isEqualTo(whole);
    assertThat(get("/large/slo", "Range", "bytes=69990-70010").body())
        .isEqualTo(Arrays.copyOfRange(whole, 69_990, 70_011));
    send("PUT", "/large/dlo", new byte[0], "X-Object-Manifest", "large/seg/");
    assertThat(get("/large/dlo").body()).isEqualTo(whole);
    byte[] wrong =
        "[{\"path\":\"/large/seg/1\",\"size_bytes\":1}]".getBytes(StandardCharsets.UTF_8);
    assertThat(send("PUT", "/large/bad?multipart-manifest=put", wrong).statusCode()).isEqualTo(400);
    assertThat(send("DELETE", "/large/slo?multipart-manifest=delete", new byte[0]).statusCode())
        .isEqualTo(200);
    assertThat(get("/large/seg/1").statusCode()).isEqualTo(404);
  }

  @Test
  void deletesInBulk() {
    send("PUT", "/bulk", new byte[0]);
    send("PUT", "/bulk/a%20b", random(3));
    byte[] names = "/bulk/a%20b\n/bulk/none\n".getBytes(StandardCharsets.UTF_8);
    HttpResponse<byte[]> done = send("POST", "?bulk-delete", names, "Accept", "application/json");
    assertThat(text(done)).contains("\"Number Deleted\":1").contains("\"Number Not Found\":1");
    assertThat(get("/bulk/a%20b").statusCode()).isEqualTo(404);
  }

  @Test
  void answersBadInputInWords() {
    assertThat(get("/%FF").statusCode()).isEqualTo(412);
    assertThat(get("//o").statusCode()).isEqualTo(404);
    assertThat(send("PUT", "/" + "n".repeat(257), new byte[0]).statusCode()).isEqualTo(400);
    HttpResponse<byte[]> none = get("/nowhere/o");
    assertThat(none.statusCode()).isEqualTo(404);
    assertThat(text(none)).contains("could not be found");
    assertThat(send("PUT", "/nowhere/o", random(3)).statusCode()).isEqualTo(404);
  }
}
