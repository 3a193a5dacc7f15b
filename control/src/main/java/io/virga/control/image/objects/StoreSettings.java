package io.virga.control.image.objects;

import io.virga.dataplane.configuration.SecretFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The stores that the operator has beside the object store of the cloud. */
public record StoreSettings(Optional<Folder> folder, Optional<Bucket> bucket) {

  /** None. */
  public static final StoreSettings NONE = new StoreSettings(Optional.empty(), Optional.empty());

  /**
   * A folder of this machine.
   *
   * @param maxBytes how much is kept there at most
   */
  public record Folder(Path path, long maxBytes) {}

  /**
   * A bucket, which is there, of an S3 service.
   *
   * @param endpoint the service's address, {@code https://s3.example.com}
   * @param credentials an access key and its secret, with white space between them
   */
  public record Bucket(URI endpoint, String region, String bucket, SecretFile credentials) {}

  /** Blocks: opens them. */
  public List<Stores.Store> open() throws IOException {
    List<Stores.Store> stores = new ArrayList<>();
    if (folder.isPresent()) {
      stores.add(open(folder.get()));
    }
    if (bucket.isPresent()) {
      stores.add(open(bucket.get()));
    }
    return stores;
  }

  private static Stores.Store open(Folder folder) throws IOException {
    Path path = folder.path().toAbsolutePath();
    return new Stores.Store(
        "file",
        "file",
        "A folder of the machine that control runs on.",
        Map.of("data_dir", path.toString()),
        new BlockingBackend("file", FileFolder.open(path, folder.maxBytes())));
  }

  private static Stores.Store open(Bucket bucket) throws IOException {
    return new Stores.Store(
        "s3",
        "s3",
        "A bucket of an S3 service.",
        Map.of("s3_store_host", bucket.endpoint().toString(), "s3_store_bucket", bucket.bucket()),
        new BlockingBackend("s3", S3Bucket.open(bucket)));
  }
}
