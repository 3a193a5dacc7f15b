package io.virga.objectstore.swift;

import io.virga.dataplane.json.Json;
import java.util.List;
import java.util.Map;

/** What {@code /info} tells: limits, and the features that are there. */
final class SwiftInfo {

  static final long MAXIMUM_FILE_BYTES = 5L << 30;
  static final int LISTING_LIMIT = 10_000;
  static final int MAXIMUM_SEGMENTS = 1000;

  private SwiftInfo() {}

  static byte[] json() {
    Map<String, Object> swift =
        Map.ofEntries(
            Map.entry("version", "2.35.0"),
            Map.entry("strict_cors_mode", true),
            Map.entry("max_file_size", MAXIMUM_FILE_BYTES),
            Map.entry("max_meta_name_length", SwiftHeaders.MAXIMUM_NAME),
            Map.entry("max_meta_value_length", SwiftHeaders.MAXIMUM_VALUE),
            Map.entry("max_meta_count", SwiftHeaders.MAXIMUM_COUNT),
            Map.entry("max_meta_overall_size", SwiftHeaders.MAXIMUM_TOTAL),
            Map.entry("max_object_name_length", SwiftPath.MAXIMUM_OBJECT_BYTES),
            Map.entry("max_container_name_length", SwiftPath.MAXIMUM_CONTAINER_BYTES),
            Map.entry("max_account_name_length", SwiftPath.MAXIMUM_CONTAINER_BYTES),
            Map.entry("container_listing_limit", LISTING_LIMIT),
            Map.entry("account_listing_limit", LISTING_LIMIT),
            Map.entry("max_header_size", 8192),
            Map.entry("extra_header_count", 0),
            Map.entry("valid_api_versions", List.of("v1", "v1.0")),
            Map.entry("account_autocreate", true),
            Map.entry("allow_account_management", false),
            Map.entry(
                "policies",
                List.of(Map.of("name", "default", "aliases", "default", "default", true))));
    Map<String, Object> info =
        Map.of(
            "swift", swift,
            "slo",
                Map.of(
                    "max_manifest_segments",
                    MAXIMUM_SEGMENTS,
                    "max_manifest_size",
                    SloHandler.MAXIMUM_MANIFEST_BYTES,
                    "min_segment_size",
                    1,
                    "yield_frequency",
                    10),
            "dlo", Map.of("max_segments", 10_000),
            "bulk_delete",
                Map.of(
                    "max_deletes_per_request", BulkDelete.MAXIMUM_NAMES,
                    "max_failed_deletes", BulkDelete.MAXIMUM_NAMES),
            "s3api", Map.of("max_bucket_listing", 1000, "max_multi_delete_objects", 1000));
    return Json.bytes(info);
  }
}
