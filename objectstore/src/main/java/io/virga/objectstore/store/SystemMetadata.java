package io.virga.objectstore.store;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.Entry;
import io.virga.objectstore.record.ListingRow;
import io.virga.objectstore.record.ObjectPath;
import io.virga.objectstore.record.ObjectRow;
import java.util.List;
import java.util.Optional;

/**
 * Metadata of the store's own: its names begin with a dot, so that no header can set it. A
 * manifest's stored bytes name other objects; what clients see of it is kept here.
 */
public final class SystemMetadata {

  /** The kind of a manifest: {@link #SLO} or {@link #MULTIPART}. */
  public static final String MANIFEST = ".manifest";

  /** A manifest that a Swift client put; its segments are the client's objects. */
  public static final String SLO = "slo";

  /** A manifest of an S3 multipart upload; its parts belong to it. */
  public static final String MULTIPART = "multipart";

  /** The size that clients see. */
  public static final String SIZE = ".size";

  /** The ETag that clients see. */
  public static final String ETAG = ".etag";

  /** On the link to a version that is a client's manifest: the MD5 of the manifest itself. */
  public static final String MANIFEST_ETAG = ".manifest-etag";

  /** On the link to a version: which one. */
  public static final String LINK = ".link";

  /** The id of the multipart upload whose parts the manifest names. */
  public static final String UPLOAD_ID = ".upload-id";

  /** The accounts that hold the versions of objects begin so; no client can name one. */
  public static final String VERSIONS_PREFIX = ".versions_";

  private static final String HIDDEN_PREFIX = ".multipart_";

  private SystemMetadata() {}

  /** The size that clients see. */
  public static long shownSize(ObjectRow row) {
    return row.metadata(SIZE).map(Long::parseLong).orElse(row.sizeBytes());
  }

  /** The ETag that clients see, without quotes. */
  public static String shownEtag(ObjectRow row) {
    return row.metadata(ETAG).orElse(row.etag());
  }

  /** Where the parts of uploads to a container are. No client can name the account. */
  public static ContainerPath partsOf(ContainerPath container) {
    return new ContainerPath(
        HIDDEN_PREFIX + plainAccount(container.account()), container.container() + "/parts");
  }

  /** Where uploads to a container that are going on are listed. */
  public static ContainerPath uploadsOf(ContainerPath container) {
    return new ContainerPath(
        HIDDEN_PREFIX + plainAccount(container.account()), container.container() + "/uploads");
  }

  /** The accounts that hold what belongs to the objects of an account. */
  public static List<String> hiddenAccounts(String account) {
    return List.of(HIDDEN_PREFIX + account, VERSIONS_PREFIX + account);
  }

  /** The account that clients know: of a container of versions, that of the objects. */
  public static String plainAccount(String account) {
    return account.startsWith(VERSIONS_PREFIX)
        ? account.substring(VERSIONS_PREFIX.length())
        : account;
  }

  /** The id of the upload whose parts go with the object. */
  static Optional<String> ownedUpload(ObjectRow row) {
    return row.metadata(MANIFEST).filter(MULTIPART::equals).flatMap(m -> row.metadata(UPLOAD_ID));
  }

  /** The parts of a multipart object that is replaced, unless by another manifest of them. */
  public static Optional<Entry> discards(ObjectRow replaced, ObjectRow replacement) {
    return ownedUpload(replaced)
        .filter(id -> !id.equals(replacement.metadata().get(UPLOAD_ID)))
        .map(id -> partsGarbage(replaced.path().containerPath(), id));
  }

  /** That the parts of an upload to a container are to be deleted. */
  static Entry partsGarbage(ContainerPath container, String uploadId) {
    return new Entry.PutGarbage(uploadId, partsOf(container), uploadId + "/");
  }

  /** The object as its container lists it. */
  static ListingRow listingRow(ObjectRow row) {
    if (row.deleted()) {
      return ListingRow.tombstone(row.timestamp());
    }
    boolean multipart = row.metadata(MANIFEST).filter(MULTIPART::equals).isPresent();
    ListingRow listed =
        ListingRow.of(
            row.metadataTimestamp(),
            shownSize(row),
            multipart ? shownSize(row) : row.sizeBytes(),
            shownEtag(row),
            row.contentType());
    ListingRow linked = row.metadata(LINK).map(listed::withLinkedVersion).orElse(listed);
    return manifestEtag(row).map(linked::withManifestEtag).orElse(linked);
  }

  /** The MD5 of a client's manifest itself, or of the one that a link leads to. */
  public static Optional<String> manifestEtag(ObjectRow row) {
    return row.metadata(MANIFEST_ETAG)
        .or(() -> row.metadata(MANIFEST).filter(SLO::equals).map(slo -> row.etag()));
  }

  /** The name of a part of an upload. */
  public static ObjectPath part(ContainerPath container, String uploadId, int number) {
    return partsOf(container).object("%s/%05d".formatted(uploadId, number));
  }
}
