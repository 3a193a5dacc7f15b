package io.virga.objectstore.s3.multipart;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.store.SystemMetadata;

/**
 * An upload that is going on. The hidden container lists it as key, NUL, and the digits of the id
 * as control characters, so that the order is that of keys and no delimiter is found in an id.
 *
 * @param id 32 hexadecimal digits that begin with the time
 */
record UploadName(String key, String id) {

  private static final char SEPARATOR = '\0';
  private static final String ID = "[0-9a-f]{32}";

  /** The upload that a request names. */
  static UploadName of(S3Request request) {
    String id = request.query().text("uploadId");
    if (!id.matches(ID)) {
      throw new S3Error(S3Error.Code.NoSuchUpload);
    }
    return new UploadName(request.key(), id);
  }

  static UploadName parse(String name) {
    int end = name.indexOf(SEPARATOR);
    StringBuilder id = new StringBuilder();
    for (char c : name.substring(end + 1).toCharArray()) {
      id.append(Character.forDigit(c - 1, 16));
    }
    return new UploadName(name.substring(0, end), id.toString());
  }

  /** Behind this upload, or behind all of the key if the id is none. */
  static String marker(String key, String id) {
    return key + SEPARATOR + (id.matches(ID) ? shifted(id) : "~");
  }

  private static String shifted(String id) {
    StringBuilder out = new StringBuilder(id.length());
    for (char digit : id.toCharArray()) {
      out.append((char) (1 + Character.digit(digit, 16)));
    }
    return out.toString();
  }

  ObjectPath path(ContainerPath container) {
    return SystemMetadata.uploadsOf(container).object(key + SEPARATOR + shifted(id));
  }
}
