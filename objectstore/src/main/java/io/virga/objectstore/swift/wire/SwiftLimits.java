package io.virga.objectstore.swift.wire;

/** What requests may have at most; {@code /info} tells it. */
public final class SwiftLimits {

  public static final long MAXIMUM_FILE_BYTES = 5L << 30;
  public static final int LISTING_LIMIT = 10_000;
  public static final int MAXIMUM_SEGMENTS = 1000;
  public static final int MAXIMUM_MANIFEST_BYTES = 8 << 20;
  public static final int MAXIMUM_ACCOUNT_NAME = 256;
  public static final int MAXIMUM_CONTAINER_NAME = 256;
  public static final int MAXIMUM_OBJECT_NAME = 1024;
  public static final int MAXIMUM_META_NAME = 128;
  public static final int MAXIMUM_META_VALUE = 256;
  public static final int MAXIMUM_META_COUNT = 90;
  public static final int MAXIMUM_META_TOTAL = 4096;
  public static final int MAXIMUM_HEADER = 8192;

  private SwiftLimits() {}
}
