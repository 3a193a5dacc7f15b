package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Objects as they are read, written, copied and ended. */
class SwiftObjectsTest extends OnSwiftNode {

  @BeforeAll
  static void container() {
    swift.put("/c", "");
  }

  @Test
  void givesSeveralRangesAtOnce() {
    swift.put("/c/abc", "abcdefghij", "Content-Type", "text/plain");
    SwiftClient.Answer two = swift.get("/c/abc", "Range", "bytes=0-1,-2");
    assertThat(two.status()).isEqualTo(206);
    String boundary = two.header("content-type").replace("multipart/byteranges;boundary=", "");
    assertThat(two.text())
        .isEqualTo(
            ("--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\nab\r\n"
                    + "--B\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\nij\r\n"
                    + "--B--")
                .replace("B", boundary));
    assertThat(swift.get("/c/abc", "Range", "bytes=3-4,20-").text()).isEqualTo("de");
    assertThat(swift.get("/c/abc", "Range", "BYTES = 3 - 4").text()).isEqualTo("de");
    assertThat(swift.get("/c/abc", "Range", "bytes=20-,30-40").status()).isEqualTo(416);
    assertThat(swift.get("/c/abc", "Range", "bytes=0-8,0-8,0-8,0-8").status()).isEqualTo(416);
    assertThat(swift.get("/c/abc", "Range", "bytes=5-2").text()).isEqualTo("abcdefghij");
    byte[] large = SwiftClient.random(300_000);
    swift.send("PUT", "/c/large", large);
    SwiftClient.Answer parts = swift.get("/c/large", "Range", "bytes=0-99999,200000-299999");
    assertThat(parts.bytes().length).isEqualTo(Integer.parseInt(parts.header("content-length")));
    assertThat(parts.bytes()).contains(Arrays.copyOfRange(large, 250_000, 250_500));
  }

  @Test
  void keepsItsHeaders() {
    swift.put(
        "/c/headers",
        "x",
        "Content-Disposition",
        "attachment; filename=\"a\"",
        "Content-Encoding",
        "gzip",
        "X-Object-Meta-Color",
        "blue",
        "X-Robots-Tag",
        "noindex");
    SwiftClient.Answer head = swift.head("/c/headers");
    assertThat(head.header("content-disposition")).isEqualTo("attachment; filename=\"a\"");
    assertThat(head.header("content-encoding")).isEqualTo("gzip");
    assertThat(head.header("x-robots-tag")).isEqualTo("noindex");
    assertThat(head.header("x-trans-id")).matches("tx[0-9a-f]{21}-[0-9a-f]{10}");
    assertThat(head.header("x-openstack-request-id")).isEqualTo(head.header("x-trans-id"));
    assertThat(head.header("x-timestamp")).matches("[0-9]{10}\\.[0-9]{5}");
    swift.post("/c/headers", "X-Object-Meta-New", "1");
    assertThat(swift.head("/c/headers").header("content-encoding")).isEmpty();
  }

  @Test
  void readsEveryFormOfADate() {
    swift.put("/c/dated", "x");
    for (String past :
        new String[] {
          "Sun, 06 Nov 1994 08:49:37 GMT",
          "Sunday, 06-Nov-94 08:49:37 GMT",
          "Sun Nov  6 08:49:37 1994"
        }) {
      SwiftClient.Answer refused = swift.get("/c/dated", "If-Unmodified-Since", past);
      assertThat(refused.status()).as(past).isEqualTo(412);
      assertThat(refused.header("etag")).isNotEmpty();
    }
    assertThat(swift.get("/c/dated", "If-Unmodified-Since", "yesterday").status()).isEqualTo(200);
  }

  @Test
  void findsOutTheContentType() {
    swift.put("/c/page.html", "x", "Content-Type", "image/png", "X-Detect-Content-Type", "true");
    assertThat(swift.head("/c/page.html").header("content-type")).isEqualTo("text/html");
    swift.put("/c/page.png", "x");
    assertThat(swift.head("/c/page.png").header("content-type")).isEqualTo("image/png");
  }

  @Test
  void refusesWhatIsTooMuchInSwiftsWords() {
    String name = "X-Object-Meta-" + "n".repeat(129);
    assertThat(swift.put("/c/no", "x", name, "v").text()).startsWith("Metadata name too long: ");
    assertThat(swift.put("/c/no", "x", "X-Object-Meta-A", "v".repeat(257)).text())
        .isEqualTo("Metadata value longer than 256: x-object-meta-a");
    assertThat(swift.put("/c/" + "o".repeat(1025), "x").text())
        .isEqualTo("Object name length of 1025 longer than 1024");
    assertThat(swift.put("/" + "c".repeat(257), "").text())
        .isEqualTo("Container name length of 257 longer than 256");
    assertThat(swift.put("/c/no", "x", "X-Object-Manifest", "nothing").status()).isEqualTo(400);
    assertThat(swift.put("/policy", "", "X-Storage-Policy", "gold").text())
        .isEqualTo("Invalid X-Storage-Policy 'gold'");
    assertThat(swift.put("/policy", "", "X-Storage-Policy", "default").status()).isEqualTo(201);
    assertThat(swift.get("/c?format=json", "Accept", "a".repeat(2000)).status()).isEqualTo(200);
    assertThat(swift.get("/c", "Accept", "a,".repeat(2000)).status()).isEqualTo(400);
    assertThat(
            swift
                .get("/c", "Accept", "text/xml;q=0.5, application/json;q=0.9")
                .header("content-type"))
        .isEqualTo("application/json; charset=utf-8");
    assertThat(swift.head("/c/none").status()).isEqualTo(404);
    assertThat(swift.send("BREW", "/c/o", "").status()).isEqualTo(405);
  }

  @Test
  void endsObjectsAtTheirTime() throws InterruptedException {
    String now = Long.toString(Instant.now().getEpochSecond());
    assertThat(swift.put("/c/past", "x", "X-Delete-At", now).text())
        .isEqualTo("X-Delete-At in past");
    assertThat(swift.put("/c/past", "x", "X-Delete-At", "soon").text())
        .isEqualTo("Non-integer X-Delete-At");
    assertThat(swift.put("/c/past", "x", "X-Delete-After", "0").status()).isEqualTo(400);
    swift.put("/c/kept", "x", "X-Delete-After", "60");
    swift.post("/c/kept", "X-Object-Meta-A", "1");
    assertThat(swift.head("/c/kept").header("x-delete-at")).isEmpty();
    swift.put("/c/ends", "x", "X-Delete-After", "1");
    assertThat(swift.head("/c/ends").header("x-delete-at")).matches("[0-9]{10}");
    assertThat(swift.get("/c?prefix=ends").text()).isEqualTo("ends\n");
    Instant limit = Instant.now().plus(Duration.ofSeconds(10));
    while (swift.get("/c/ends").status() != 404 && Instant.now().isBefore(limit)) {
      Thread.onSpinWait();
    }
    assertThat(swift.get("/c/ends").status()).isEqualTo(404);
    assertThat(swift.post("/c/ends", "X-Object-Meta-A", "1").status()).isEqualTo(404);
    assertThat(swift.delete("/c/ends").status()).isEqualTo(404);
    assertThat(swift.put("/c/ends2", "", "X-Copy-From", "c/ends").status()).isEqualTo(404);
    node.expire();
    assertThat(swift.get("/c?prefix=ends").text()).isEmpty();
    assertThat(swift.get("/c/kept").text()).isEqualTo("x");
  }

  @Test
  void metadataIsNamedWithHyphens() {
    swift.put("/names", "", "X-Container-Meta-a_b", "1", "X-Container-Meta-C", "2");
    assertThat(swift.head("/names").header("x-container-meta-a-b")).isEqualTo("1");
    assertThat(swift.head("/names").header("x-container-meta-c")).isEqualTo("2");
    swift.post("/names", "X-Remove-Container-Meta-A_b", "x");
    assertThat(swift.head("/names").header("x-container-meta-a-b")).isEmpty();
    assertThat(swift.post("/names", "X-Container-Meta-Quota_Bytes", "many").status())
        .isEqualTo(400);
  }

  @Test
  void copiesAsTheHeadersSay() {
    swift.put("/c/source", "0123456789", "X-Object-Meta-A", "1", "Content-Type", "x/y");
    swift.put("/other", "");
    SwiftClient.Answer copied =
        swift.send(
            "COPY", "/c/source", "", "Destination", "other/copy%20", "X-Fresh-Metadata", "true");
    assertThat(copied.status()).isEqualTo(201);
    assertThat(copied.header("x-copied-from")).isEqualTo("c/source");
    assertThat(copied.header("x-copied-from-account")).isEqualTo("AUTH_p1");
    assertThat(copied.header("x-object-meta-a")).isEmpty();
    SwiftClient.Answer described =
        swift.send("COPY", "/c/source", "", "Destination", "other/o", "X-Object-Meta-B", "2");
    assertThat(described.header("x-object-meta-a")).isEqualTo("1");
    assertThat(described.header("x-object-meta-b")).isEqualTo("2");
    assertThat(swift.head("/other/copy%20").header("x-object-meta-a")).isEmpty();
    swift.put("/other/part", "", "X-Copy-From", "/c/source", "Range", "bytes=2-4");
    assertThat(swift.get("/other/part").text()).isEqualTo("234");
    assertThat(swift.head("/other/part").header("x-object-meta-a")).isEqualTo("1");
    assertThat(swift.send("COPY", "/c/source", "", "Destination", "nowhere").text())
        .isEqualTo("Destination header must be of the form <container name>/<object name>");
    assertThat(swift.send("COPY", "/c/source", "", "Destination", "none/o").status())
        .isEqualTo(404);
    assertThat(
            swift
                .send(
                    "COPY", "/c/source", "", "Destination", "x/o", "Destination-Account", "AUTH_p2")
                .status())
        .isEqualTo(403);
    swift.as("member:p2").put("/v1/AUTH_p2/x", "", "X-Container-Write", "p1:*");
    assertThat(
            swift
                .send(
                    "COPY", "/c/source", "", "Destination", "x/o", "Destination-Account", "AUTH_p2")
                .status())
        .isEqualTo(201);
    assertThat(swift.put("/other/no", "body", "X-Copy-From", "c/source").text())
        .isEqualTo("Copy requests require a zero byte body");
  }

  @Test
  void listsByDelimitersOfSeveralCharactersAndInReverse() {
    swift.put("/names", "");
    for (String name : new String[] {"a--1", "a--2", "b", "c--d--e"}) {
      swift.put("/names/" + name, "x");
    }
    assertThat(swift.get("/names?delimiter=--").text()).isEqualTo("a--\nb\nc--\n");
    assertThat(swift.get("/names?delimiter=--&reverse=true").text()).isEqualTo("c--\nb\na--\n");
    assertThat(swift.get("/names?reverse=1&marker=c&end_marker=a--1").text())
        .isEqualTo("b\na--2\n");
    assertThat(swift.get("/names?format=xml&limit=1").text()).contains("<object><name>a--1</name>");
    assertThat(swift.get("/names?limit=wrong").text()).startsWith("a--1\n");
    assertThat(swift.get("?prefix=nam&delimiter=e").text()).isEqualTo("name\n");
    assertThat(swift.get("?format=json&prefix=names").text())
        .contains("\"storage_policy\":\"default\"");
  }

  @Test
  void listsByPathWhatIsDirectlyThere() {
    swift.put("/paths", "");
    for (String name : new String[] {"a/", "a/1", "a/b/", "a/b/2", "a/c/3", "d/4", "e"}) {
      swift.put("/paths/" + name, "x");
    }
    assertThat(swift.get("/paths?path=").text()).isEqualTo("a/\ne\n");
    assertThat(swift.get("/paths?path=a").text()).isEqualTo("a/1\na/b/\n");
    assertThat(swift.get("/paths?path=a/c").text()).isEqualTo("a/c/3\n");
  }
}
