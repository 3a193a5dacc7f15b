package io.virga.objectstore.s3.signature;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.virga.objectstore.http.Request;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** AWS, "Signature Calculations: Transferring Payload in Multiple Chunks", with its example. */
class ChunkedDecoderTest {

  private static final String FIRST =
      "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648";
  private static final String SECOND =
      "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497";
  private static final String LAST =
      "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9";

  private static Payload.Chunked published() {
    Request put =
        SignatureVerifierTest.request(
            "PUT",
            "/examplebucket/chunkObject.txt",
            "",
            "Host",
            "s3.amazonaws.com",
            "x-amz-date",
            "20130524T000000Z",
            "x-amz-storage-class",
            "REDUCED_REDUNDANCY",
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
                + "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;"
                + "x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,"
                + "Signature=4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            "x-amz-content-sha256",
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "Content-Encoding",
            "aws-chunked",
            "x-amz-decoded-content-length",
            "66560",
            "Content-Length",
            "66824");
    Signed signed = SignatureVerifierTest.verify(Instant.parse("2013-05-24T00:00:00Z"), put);
    assertThat(signed).isInstanceOf(Signed.By.class);
    return (Payload.Chunked) ((Signed.By) signed).payload();
  }

  private static byte[] body(String second) {
    String text =
        "10000;chunk-signature="
            + FIRST
            + "\r\n"
            + "a".repeat(65_536)
            + "\r\n"
            + "400;chunk-signature="
            + second
            + "\r\n"
            + "a".repeat(1024)
            + "\r\n"
            + "0;chunk-signature="
            + LAST
            + "\r\n\r\n";
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] feed(ChunkedDecoder decoder, byte[] bytes, Random random, int longest) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; ) {
      int length = Math.min(bytes.length - at, 1 + random.nextInt(longest));
      ByteBuf chunk = Unpooled.wrappedBuffer(bytes, at, length);
      for (ByteBuf data : decoder.decode(chunk)) {
        byte[] copy = new byte[data.readableBytes()];
        data.readBytes(copy).release();
        out.writeBytes(copy);
      }
      chunk.release();
      at += length;
    }
    decoder.finish();
    return out.toByteArray();
  }

  @Test
  void decodesThePublishedExampleHoweverItIsSplit() {
    for (int seed = 0; seed < 20; seed++) {
      ChunkedDecoder decoder = new ChunkedDecoder(published());
      byte[] data = feed(decoder, body(SECOND), new Random(seed), 1 + seed * 1500);
      assertThat(decoder.problem()).isEqualTo(ChunkedDecoder.Problem.NONE);
      assertThat(data).hasSize(66_560).containsOnly('a');
    }
  }

  @Test
  void refusesAChunkWithAnotherSignature() {
    ChunkedDecoder decoder = new ChunkedDecoder(published());
    feed(decoder, body(FIRST), new Random(1), 5000);
    assertThat(decoder.problem()).isEqualTo(ChunkedDecoder.Problem.SIGNATURE_MISMATCH);
  }

  @Test
  void isNotCompleteWithoutTheLastChunk() {
    byte[] whole = body(SECOND);
    byte[] cut = java.util.Arrays.copyOf(whole, whole.length - 90);
    ChunkedDecoder decoder = new ChunkedDecoder(published());
    feed(decoder, cut, new Random(1), 5000);
    assertThat(decoder.problem()).isEqualTo(ChunkedDecoder.Problem.MALFORMED);
  }

  @Test
  void readsTrailersOfUnsignedChunks() {
    ChunkedDecoder decoder = new ChunkedDecoder(new Payload.Chunked(Optional.empty(), true));
    byte[] bytes =
        "5\r\nhello\r\n0\r\nx-amz-checksum-crc32: NhCmhg==\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);
    assertThat(feed(decoder, bytes, new Random(3), 4)).asString().isEqualTo("hello");
    assertThat(decoder.problem()).isEqualTo(ChunkedDecoder.Problem.NONE);
    assertThat(decoder.trailers()).containsEntry("x-amz-checksum-crc32", "NhCmhg==");
  }

  @Test
  void comesToAnEndOnArbitraryBytes() {
    Random random = new Random(9);
    String likely = "0123456789abcdef;\r\n:x-";
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(200)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] =
            random.nextInt(10) == 0
                ? (byte) random.nextInt()
                : (byte) likely.charAt(random.nextInt(likely.length()));
      }
      ChunkedDecoder decoder =
          new ChunkedDecoder(new Payload.Chunked(Optional.empty(), random.nextBoolean()));
      feed(decoder, bytes, random, 50);
      assertThat(decoder.problem()).isNotEqualTo(ChunkedDecoder.Problem.SIGNATURE_MISMATCH);
    }
  }

  private static ChunkedDecoder.Problem problemOf(String body) {
    ChunkedDecoder decoder = new ChunkedDecoder(new Payload.Chunked(Optional.empty(), true));
    feed(decoder, body.getBytes(StandardCharsets.US_ASCII), new Random(4), 3);
    return decoder.problem();
  }

  @Test
  void takesTheEndOfTheBodyForTheLastLineAndPassesOverWhatIsBehindIt() {
    assertThat(problemOf("5\r\nhello\r\n0\r\n")).isEqualTo(ChunkedDecoder.Problem.NONE);
    assertThat(problemOf("5\r\nhello\r\n0\r\na: b\r\n\r\nanything"))
        .isEqualTo(ChunkedDecoder.Problem.NONE);
  }

  @Test
  void refusesLinesWithoutBothTheirEnds() {
    for (String body :
        new String[] {
          "5\nhello\n0\n\n", "5\r\nhello\r\n0\r\n\r", "5\r\nhello\r\n0\r\na: b\n", "5\r\nhello\r\n"
        }) {
      assertThat(problemOf(body)).as(body).isEqualTo(ChunkedDecoder.Problem.MALFORMED);
    }
  }

  @Test
  void takesSpacesAroundASignatureAndNoOtherExtensions() {
    String spaced = new String(body(SECOND), StandardCharsets.US_ASCII).replace(";", " ; ");
    ChunkedDecoder decoder = new ChunkedDecoder(published());
    feed(decoder, spaced.getBytes(StandardCharsets.US_ASCII), new Random(5), 5000);
    assertThat(decoder.problem()).isEqualTo(ChunkedDecoder.Problem.NONE);
    String more = spaced.replace(LAST, LAST + ";x=y");
    ChunkedDecoder other = new ChunkedDecoder(published());
    feed(other, more.getBytes(StandardCharsets.US_ASCII), new Random(5), 5000);
    assertThat(other.problem()).isEqualTo(ChunkedDecoder.Problem.MALFORMED);
  }

  @Test
  void tellsASignatureThatIsNotTheChunks() {
    ChunkedDecoder decoder = new ChunkedDecoder(published());
    feed(decoder, body(FIRST), new Random(1), 5000);
    assertThat(decoder.details())
        .containsEntry("SignatureProvided", FIRST)
        .containsKeys("StringToSign", "CanonicalRequest");
  }
}
