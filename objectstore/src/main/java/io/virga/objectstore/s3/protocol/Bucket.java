package io.virga.objectstore.s3.protocol;

import io.virga.objectstore.record.ContainerPath;
import io.virga.objectstore.record.ContainerRow;
import io.virga.objectstore.versions.Versioning;
import java.util.Optional;

/** A bucket that is there. */
public record Bucket(ContainerPath path, ContainerRow row) {

  /** The metadata that holds the ACL. */
  public static final String ACL = ".s3-acl";

  /** The metadata that holds the tags. */
  public static final String TAGS = ".s3-tags";

  /** The metadata that holds the CORS configuration. */
  public static final String CORS = ".s3-cors";

  /** The metadata that holds the object ownership. */
  public static final String OWNERSHIP = ".s3-ownership";

  /** The metadata that holds what is set of the public access block. */
  public static final String PUBLIC_ACCESS = ".s3-public-access";

  /** The metadata that holds the location constraint it was made with. */
  public static final String LOCATION = ".s3-location";

  private static final String NAME = "[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]";
  private static final String ADDRESS = "[0-9]{1,3}(\\.[0-9]{1,3}){3}";

  /** Whether a bucket may be made with the name. */
  public static boolean isName(String name) {
    return name.matches(NAME) && !name.contains("..") && !name.matches(ADDRESS);
  }

  public String name() {
    return path.container();
  }

  /** The account that it belongs to. */
  public String owner() {
    return path.account();
  }

  public Optional<String> metadata(String name) {
    return Optional.ofNullable(row.metadata().get(name));
  }

  public Versioning versioning() {
    return Versioning.of(row);
  }

  /** Whether there are no ACLs but the one that gives all to the owner. */
  public boolean isAclFree() {
    return metadata(OWNERSHIP).filter("BucketOwnerEnforced"::equals).isPresent();
  }

  /** Whether a part of the public access block is on. */
  public boolean blocks(String setting) {
    return metadata(PUBLIC_ACCESS)
        .filter(set -> (" " + set + " ").contains(" " + setting + " "))
        .isPresent();
  }
}
