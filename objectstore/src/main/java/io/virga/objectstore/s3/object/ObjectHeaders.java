package io.virga.objectstore.s3.object;

import io.virga.objectstore.http.HeaderNames;
import io.virga.objectstore.http.HeaderText;
import io.virga.objectstore.http.HttpDates;
import io.virga.objectstore.http.Reply;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectRow;
import io.virga.objectstore.s3.acl.Access;
import io.virga.objectstore.s3.checksum.StoredChecksum;
import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Request;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.tagging.TaggingOperations;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** Metadata of objects between S3's headers and rows, where it has Swift's names. */
public final class ObjectHeaders {

  private static final String META = "x-amz-meta-";
  private static final String STORED_META = "x-object-meta-";
  private static final int MAXIMUM_METADATA_BYTES = 8192;

  private static final List<String> KEPT =
      List.of(
          "content-disposition",
          "content-encoding",
          "content-language",
          "cache-control",
          "expires");
  private static final List<String> NOT_BUILT =
      List.of(
          "x-amz-server-side-encryption",
          "x-amz-object-lock-",
          "x-amz-website-redirect-location",
          "x-amz-copy-source-server-side-encryption",
          "x-amz-write-offset-bytes");

  private ObjectHeaders() {}

  /** Refuses what would otherwise be a wrong success. */
  public static void refuseWhatIsNotBuilt(S3Request request) {
    for (String name : request.http().headers().names()) {
      String lower = name.toLowerCase(Locale.ROOT);
      if (lower.startsWith("x-amz-") && NOT_BUILT.stream().anyMatch(lower::startsWith)) {
        throw S3Error.notImplemented("The header " + lower);
      }
    }
    if (request.header("x-amz-storage-class").filter(c -> !c.equals("STANDARD")).isPresent()) {
      throw S3Error.notImplemented("A storage class other than STANDARD");
    }
    request
        .header("x-amz-expected-bucket-owner")
        .filter(owner -> !owner.equals(request.bucket().owner()))
        .ifPresent(
            owner -> {
              throw new S3Error(S3Error.Code.AccessDenied);
            });
  }

  public static String contentType(S3Request request) {
    return request
        .header("content-type")
        .filter(type -> !type.isBlank())
        .map(HeaderText::decode)
        .map(ListingRow::shownType)
        .orElse("binary/octet-stream");
  }

  /** What a request says of the object that it makes. */
  public static Map<String, String> metadata(S3Request request) {
    Map<String, String> metadata = new LinkedHashMap<>();
    int total = 0;
    for (Map.Entry<String, String> header : request.http().headers()) {
      String name = HeaderNames.decode(header.getKey());
      String value = HeaderText.decode(header.getValue());
      if (name.startsWith(META)) {
        String stored = STORED_META + name.substring(META.length());
        metadata.merge(stored, value, (a, b) -> a + "," + b);
        total += stored.length() + value.getBytes(StandardCharsets.UTF_8).length;
      } else if (KEPT.contains(name)) {
        metadata.put(name, name.equals("content-encoding") ? encodings(request, value) : value);
      }
    }
    KEPT.forEach(name -> metadata.remove(name, ""));
    if (total > MAXIMUM_METADATA_BYTES) {
      throw new S3Error(S3Error.Code.MetadataTooLarge);
    }
    TaggingOperations.addTo(metadata, request);
    Access.addTo(metadata, request);
    return metadata;
  }

  /** The framing of the body is no encoding of the object. */
  private static String encodings(S3Request request, String encodings) {
    return request.body().isChunked() && encodings.contains("aws-chunked")
        ? Arrays.stream(encodings.split(","))
            .map(String::strip)
            .filter(encoding -> !encoding.equals("aws-chunked"))
            .collect(Collectors.joining(", "))
        : encodings;
  }

  /** Tells of an object. */
  static void describe(Reply reply, ObjectRow row, String etag) {
    reply.header("Content-Type", ListingRow.shownType(row.contentType()));
    reply.header("Last-Modified", HttpDates.format(row.metadataTimestamp().ceilingSeconds()));
    reply.header("ETag", S3Text.quoted(etag));
    reply.header("Accept-Ranges", "bytes");
    row.metadata()
        .forEach(
            (name, value) -> {
              if (name.startsWith(STORED_META)) {
                reply.header(META + HeaderText.safe(name.substring(STORED_META.length())), value);
              } else if (KEPT.contains(name)) {
                reply.header(name, value);
              }
            });
    int tags = TaggingOperations.of(row).size();
    if (tags > 0) {
      reply.header("x-amz-tagging-count", Integer.toString(tags));
    }
  }

  /** Tells of a checksum. */
  public static void describe(Reply reply, StoredChecksum checksum) {
    reply.header(checksum.algorithm().header(), checksum.base64());
    reply.header("x-amz-checksum-type", checksum.type().name());
  }
}
