package io.virga.objectstore.swift;

import io.virga.dataplane.json.Json;
import io.virga.objectstore.http.Request;
import io.virga.objectstore.swift.bulk.BulkDelete;
import io.virga.objectstore.swift.bulk.ExtractArchive;
import io.virga.objectstore.swift.object.ObjectReader;
import io.virga.objectstore.swift.tempurl.TempUrl;
import io.virga.objectstore.swift.wire.Policies;
import io.virga.objectstore.swift.wire.SwiftError;
import io.virga.objectstore.swift.wire.SwiftLimits;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What {@code /info} tells: limits, and the features that are there. */
final class SwiftInfo {

  private static final List<String> DEPRECATED_DIGESTS = List.of("sha1");

  private SwiftInfo() {}

  /** Whether a request is one of an administrator's, who signs it. */
  static boolean isSigned(Request request) {
    return request.query().has("swiftinfo_sig") || request.query().has("swiftinfo_expires");
  }

  /** Refuses what is no plain request; there is no key that an administrator could sign with. */
  static void check(Request request) {
    if (!request.isHead() && !request.method().equals("GET")) {
      throw SwiftError.notAllowed();
    }
    if (isSigned(request)) {
      throw new SwiftError(403);
    }
  }

  static byte[] json(boolean tempAuth, Policies policies) {
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("swift", limits(policies));
    info.put("slo", largeObjects());
    info.put("dlo", Map.of("max_segments", 10_000));
    info.put("symlink", Map.of("symloop_max", ObjectReader.MAXIMUM_LINKS, "static_links", true));
    info.put("tempurl", temporaryUrls());
    info.put(
        "formpost",
        Map.of("allowed_digests", TempUrl.DIGESTS, "deprecated_digests", DEPRECATED_DIGESTS));
    info.put(
        "bulk_upload",
        Map.of(
            "max_containers_per_extraction",
            ExtractArchive.MAXIMUM_CONTAINERS,
            "max_failed_extractions",
            ExtractArchive.MAXIMUM_FAILURES));
    info.put(
        "bulk_delete",
        Map.of(
            "max_deletes_per_request",
            BulkDelete.MAXIMUM_NAMES,
            "max_failed_deletes",
            BulkDelete.MAXIMUM_FAILURES));
    info.put("container_quotas", Map.of());
    info.put("account_quotas", Map.of());
    info.put("staticweb", Map.of());
    info.put("versioned_writes", Map.of("allowed_flags", flags()));
    info.put("object_versioning", Map.of());
    info.put("s3api", Map.of("max_bucket_listing", 1000, "max_multi_delete_objects", 1000));
    if (tempAuth) {
      info.put("tempauth", Map.of("account_acls", true));
    }
    return Json.bytes(info);
  }

  private static List<String> flags() {
    return List.of("x-versions-location", "x-history-location");
  }

  private static Map<String, Object> limits(Policies policies) {
    return Map.ofEntries(
        Map.entry("version", "2.35.0"),
        Map.entry("strict_cors_mode", true),
        Map.entry("max_file_size", SwiftLimits.MAXIMUM_FILE_BYTES),
        Map.entry("max_meta_name_length", SwiftLimits.MAXIMUM_META_NAME),
        Map.entry("max_meta_value_length", SwiftLimits.MAXIMUM_META_VALUE),
        Map.entry("max_meta_count", SwiftLimits.MAXIMUM_META_COUNT),
        Map.entry("max_meta_overall_size", SwiftLimits.MAXIMUM_META_TOTAL),
        Map.entry("max_object_name_length", SwiftLimits.MAXIMUM_OBJECT_NAME),
        Map.entry("max_container_name_length", SwiftLimits.MAXIMUM_CONTAINER_NAME),
        Map.entry("max_account_name_length", SwiftLimits.MAXIMUM_ACCOUNT_NAME),
        Map.entry("container_listing_limit", SwiftLimits.LISTING_LIMIT),
        Map.entry("account_listing_limit", SwiftLimits.LISTING_LIMIT),
        Map.entry("max_header_size", SwiftLimits.MAXIMUM_HEADER),
        Map.entry("extra_header_count", 0),
        Map.entry("valid_api_versions", List.of("v1")),
        Map.entry("account_autocreate", true),
        Map.entry("allow_account_management", true),
        Map.entry("policies", policies.shown()));
  }

  private static Map<String, Object> largeObjects() {
    return Map.of(
        "max_manifest_segments",
        SwiftLimits.MAXIMUM_SEGMENTS,
        "max_manifest_size",
        SwiftLimits.MAXIMUM_MANIFEST_BYTES,
        "min_segment_size",
        1,
        "yield_frequency",
        10,
        "allow_async_delete",
        true);
  }

  private static Map<String, Object> temporaryUrls() {
    return Map.of(
        "methods",
        TempUrl.METHODS,
        "allowed_digests",
        TempUrl.DIGESTS,
        "deprecated_digests",
        DEPRECATED_DIGESTS,
        "incoming_remove_headers",
        List.of("x-timestamp"),
        "incoming_allow_headers",
        List.of(),
        "outgoing_remove_headers",
        List.of("x-object-meta-*"),
        "outgoing_allow_headers",
        List.of("x-object-meta-public-*"));
  }
}
