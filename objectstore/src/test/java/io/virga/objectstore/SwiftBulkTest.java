package io.virga.objectstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Test;

/** Archives that become objects, and many objects that go at once. */
class SwiftBulkTest extends OnSwiftNode {

  private static final byte[] LARGE = SwiftClient.random(200_000);

  private static void tar(OutputStream to) throws IOException {
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(to)) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      add(tar, "top", "ignored".getBytes(StandardCharsets.UTF_8));
      add(tar, "./up/dir/a.html", "text".getBytes(StandardCharsets.UTF_8));
      add(tar, "up/large", LARGE);
      add(tar, "up/" + "n".repeat(1025), "x".getBytes(StandardCharsets.UTF_8));
      TarArchiveEntry typed = new TarArchiveEntry("up2/typed");
      typed.setSize(65_536);
      typed.addPaxHeader("SCHILY.xattr.user.mime_type", "x/y");
      typed.addPaxHeader("SCHILY.xattr.user.meta.Color", "blue");
      tar.putArchiveEntry(typed);
      tar.write(LARGE, 0, 65_536);
      tar.closeArchiveEntry();
    }
  }

  private static void add(TarArchiveOutputStream tar, String name, byte[] bytes)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  @Test
  void makesObjectsOfAnArchive() throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    tar(archive);
    SwiftClient.Answer done =
        swift.send(
            "PUT",
            "?extract-archive=tar",
            archive.toByteArray(),
            "Accept",
            "application/json",
            "X-Object-Meta-From",
            "tar");
    assertThat(done.status()).isEqualTo(200);
    assertThat(done.text())
        .contains(
            "\"Number Files Created\":3",
            "\"Response Status\":\"400 Bad Request\"",
            "400 Bad Request\"]]");
    assertThat(swift.get("/up/dir/a.html").text()).isEqualTo("text");
    assertThat(swift.head("/up/dir/a.html").header("content-type")).isEqualTo("text/html");
    assertThat(swift.head("/up/dir/a.html").header("x-object-meta-from")).isEqualTo("tar");
    assertThat(swift.get("/up/large").bytes()).isEqualTo(LARGE);
    SwiftClient.Answer typed = swift.get("/up2/typed");
    assertThat(typed.header("content-type")).isEqualTo("x/y");
    assertThat(typed.header("x-object-meta-color")).isEqualTo("blue");
    assertThat(typed.bytes()).isEqualTo(Arrays.copyOf(LARGE, 65_536));
  }

  @Test
  void readsPackedArchivesBelowAContainer() throws IOException {
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      tar(out);
    }
    swift.send("PUT", "/gz/sub?extract-archive=tar.gz", gzip.toByteArray());
    assertThat(swift.get("/gz/sub/up/large").bytes()).isEqualTo(LARGE);
    assertThat(swift.get("/gz/sub/top").text()).isEqualTo("ignored");
    ByteArrayOutputStream bzip = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(bzip)) {
      tar(out);
    }
    swift.send("PUT", "/bz?extract-archive=tar.bz2", bzip.toByteArray());
    assertThat(swift.get("/bz/up/large").bytes()).isEqualTo(LARGE);
    assertThat(swift.send("PUT", "?extract-archive=zip", bzip.toByteArray()).text())
        .isEqualTo("Unsupported archive format");
  }

  @Test
  void tellsWhatIsWrongWithAnArchive() throws IOException {
    assertThat(swift.put("?extract-archive=tar.gz", "no gzip").text())
        .contains("Response Status: 400 Bad Request", "Invalid Tar File");
    assertThat(swift.put("?extract-archive=tar", "").text())
        .contains("Invalid Tar File: No Valid Files");
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    tar(archive);
    byte[] cut = Arrays.copyOf(archive.toByteArray(), 100_000);
    assertThat(swift.send("PUT", "/cut?extract-archive=tar", cut).text())
        .contains("Response Status: 400 Bad Request", "Number Files Created: 2");
    assertThat(swift.head("/cut/up/large").status()).isEqualTo(404);
    assertThat(
            swift
                .as("reader:p1")
                .send("PUT", "/no?extract-archive=tar", archive.toByteArray())
                .text())
        .contains("403 Forbidden");
  }

  @Test
  void deletesObjectsBeforeContainers() {
    swift.put("/bulk", "");
    swift.put("/bulk/a%20b", "x");
    swift.put("/full", "");
    swift.put("/full/o", "x");
    SwiftClient.Answer done =
        swift.send("POST", "?bulk-delete", "/bulk\n/bulk/a%20b\nbulk/none\n/full\n/%FF\n");
    assertThat(done.text())
        .isEqualTo(
            "Number Deleted: 2\nNumber Not Found: 1\nResponse Body: \n"
                + "Response Status: 400 Bad Request\n"
                + "Errors:\n/full, 409 Conflict\n/%25FF, 412 Precondition Failed\n");
    assertThat(swift.head("/bulk").status()).isEqualTo(404);
    assertThat(
            swift.send("DELETE", "?bulk-delete", "/full/o\n", "Accept", "application/xml").text())
        .contains("<delete>\n<number_deleted>1</number_deleted>");
    assertThat(swift.as("reader:p1").send("POST", "?bulk-delete", "/full/o\n").text())
        .contains("/full/o, 403 Forbidden");
    assertThat(swift.send("POST", "?bulk-delete", "x/y\n", "Content-Type", "x/y").status())
        .isEqualTo(406);
  }
}
