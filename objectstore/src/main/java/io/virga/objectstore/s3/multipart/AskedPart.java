package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlReader;
import io.virga.objectstore.store.Digests;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A part as CompleteMultipartUpload names it.
 *
 * @param etag without quotes
 * @param checksums that the client gives
 */
record AskedPart(int number, String etag, Map<ChecksumAlgorithm, String> checksums) {

  private static final int MAXIMUM_PARTS = 10_000;

  /** The parts of the request's body, in their order; of a number named again, the last holds. */
  static List<AskedPart> parse(byte[] body) {
    XmlElement root =
        XmlReader.read(body)
            .filter(r -> r.name().equals("CompleteMultipartUpload"))
            .orElseThrow(() -> S3Error.malformed("The body must be a CompleteMultipartUpload"));
    List<AskedPart> parts = new ArrayList<>();
    int previous = 0;
    for (XmlElement element : root.all("Part")) {
      AskedPart part = part(element);
      if (part.number() < previous) {
        throw new S3Error(S3Error.Code.InvalidPartOrder);
      }
      if (part.number() == previous) {
        parts.removeLast();
      }
      previous = part.number();
      parts.add(part);
    }
    if (parts.isEmpty() || parts.size() > MAXIMUM_PARTS) {
      throw S3Error.malformed("CompleteMultipartUpload names 1 to 10000 parts");
    }
    return parts;
  }

  private static AskedPart part(XmlElement element) {
    String number = element.textOf("PartNumber").map(String::strip).orElse("");
    Optional<String> etag = element.textOf("ETag").map(e -> e.strip().replace("\"", ""));
    if (!number.matches("[0-9]{1,5}") || etag.isEmpty()) {
      throw new S3Error(S3Error.Code.MalformedXML);
    }
    Map<ChecksumAlgorithm, String> checksums = new EnumMap<>(ChecksumAlgorithm.class);
    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      element.textOf(algorithm.element()).ifPresent(text -> checksums.put(algorithm, text.strip()));
    }
    return new AskedPart(Integer.parseInt(number), etag.get(), checksums);
  }

  /** The ETag of an object of these parts; empty if one of theirs can be none. */
  static Optional<String> etag(List<AskedPart> parts) {
    return parts.stream().allMatch(part -> part.etag().matches("[0-9a-fA-F]{32}"))
        ? Optional.of(etag(parts.stream().map(AskedPart::etag)))
        : Optional.empty();
  }

  /** The ETag of an object of parts with these. */
  static String etag(Stream<String> etags) {
    List<String> all = etags.toList();
    MessageDigest md5 = Digests.md5();
    all.forEach(each -> md5.update(HexFormat.of().parseHex(each)));
    return HexFormat.of().formatHex(md5.digest()) + "-" + all.size();
  }
}
