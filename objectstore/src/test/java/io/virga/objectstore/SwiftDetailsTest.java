package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Times, names and information that public conformance suites look at. */
class SwiftDetailsTest extends OnSwiftNode {

  @Test
  void aPutOfAContainerThatIsThereIsAChangeOfIt() throws Exception {
    swift.put("/touched", "");
    String before = swift.head("/touched").header("last-modified");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    String after = before;
    while (after.equals(before)) {
      assertThat(System.nanoTime()).isLessThan(end);
      assertThat(swift.put("/touched", "").status()).isEqualTo(202);
      after = swift.head("/touched").header("last-modified");
    }
    assertThat(swift.head("/touched").response().headers().map().keySet())
        .noneMatch(name -> name.contains(".put"));
  }

  @Test
  void keepsMetadataOfAnyLanguage() throws Exception {
    swift.put("/named", "");
    String name = "X-Object-Meta-Gr\u00fcn\u4e2d";
    String head =
        """
        PUT /v1/AUTH_p1/named/o HTTP/1.1
        Host: x
        X-Auth-Token: member:p1
        Content-Length: 0
        Connection: close
        %s: v\u00e9

        """
            .formatted(name)
            .replace("\n", "\r\n");
    assertThat(raw(head)).startsWith("HTTP/1.1 201");
    String read = raw(head.replace("PUT", "HEAD"));
    assertThat(read).startsWith("HTTP/1.1 200").contains("\r\n" + name + ": v\u00e9\r\n");
  }

  private static String raw(String request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void tellsAnAdministratorNothingOfInfoWithoutAKey() throws Exception {
    String request = "%s /info%s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(raw(request.formatted("GET", ""))).startsWith("HTTP/1.1 200");
    assertThat(raw(request.formatted("GET", "?swiftinfo_sig=x&swiftinfo_expires=9999999999")))
        .startsWith("HTTP/1.1 403");
    assertThat(raw(request.formatted("PUT", ""))).startsWith("HTTP/1.1 405");
  }
}
