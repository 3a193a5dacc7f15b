package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.http.Reply;
import io.virga.objectstore.s3.checksum.ChecksumAlgorithm;
import io.virga.objectstore.s3.checksum.ChecksumType;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import java.util.Map;
import java.util.Optional;

/** The checksum that an upload was begun with. */
record UploadChecksum(ChecksumAlgorithm algorithm, ChecksumType type) {

  private static final String METADATA = ".upload-checksum";

  /** What CreateMultipartUpload asks for. */
  static Optional<UploadChecksum> of(S3Request request) {
    Optional<String> name = request.header("x-amz-checksum-algorithm");
    Optional<String> typeName = request.header("x-amz-checksum-type");
    if (name.isEmpty()) {
      if (typeName.isPresent()) {
        throw S3Error.invalidRequest(
            "The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm"
                + " header.");
      }
      return Optional.empty();
    }
    ChecksumAlgorithm algorithm =
        ChecksumAlgorithm.of(name.get())
            .orElseThrow(
                () ->
                    S3Error.invalidRequest(
                        "Checksum algorithm provided is unsupported: " + name.get()));
    ChecksumType type =
        typeName
            .map(
                text ->
                    ChecksumType.of(text)
                        .orElseThrow(
                            () ->
                                S3Error.invalidRequest(
                                    "Value for x-amz-checksum-type header is invalid.")))
            .orElse(ChecksumType.defaultOf(algorithm));
    if (!type.suits(algorithm)) {
      throw S3Error.invalidRequest(
          "The %s checksum type cannot be used with the %s checksum algorithm."
              .formatted(type, algorithm));
    }
    return Optional.of(new UploadChecksum(algorithm, type));
  }

  /** What the metadata of an upload says. */
  static Optional<UploadChecksum> of(Map<String, String> metadata) {
    String[] words = metadata.getOrDefault(METADATA, "").split(" ", 2);
    return words.length < 2
        ? Optional.empty()
        : ChecksumAlgorithm.of(words[0])
            .flatMap(a -> ChecksumType.of(words[1]).map(type -> new UploadChecksum(a, type)));
  }

  static void removeFrom(Map<String, String> metadata) {
    metadata.remove(METADATA);
  }

  void addTo(Map<String, String> metadata) {
    metadata.put(METADATA, algorithm + " " + type);
  }

  void tell(Reply reply) {
    reply.header("x-amz-checksum-algorithm", algorithm.name());
    reply.header("x-amz-checksum-type", type.name());
  }
}
