package io.virga.objectstore.s3.acl;

import io.virga.objectstore.s3.protocol.Requester;
import io.virga.objectstore.s3.protocol.S3Error;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who owns a bucket or an object, and what is granted on it. */
public record Acl(String owner, List<Grant> grants) {

  private static final int MAXIMUM_GRANTS = 100;

  public Acl {
    grants = List.copyOf(grants);
    if (grants.size() > MAXIMUM_GRANTS) {
      throw new S3Error(
          S3Error.Code.MalformedACLError, "An ACL has at most " + MAXIMUM_GRANTS + " grants");
    }
  }

  /** One permission to one grantee. */
  public record Grant(Grantee grantee, Permission permission) {}

  /** All to the owner. */
  public static Acl ofOwner(String owner) {
    return canned("private", owner, owner);
  }

  /**
   * A canned ACL.
   *
   * @param bucketOwner of the bucket that the object is in, or the owner of the bucket itself
   */
  static Acl canned(String name, String owner, String bucketOwner) {
    List<Grant> grants = new ArrayList<>();
    grants.add(new Grant(new Grantee(owner), Permission.FULL_CONTROL));
    switch (name) {
      case "private", "aws-exec-read" -> {}
      case "public-read" -> grants.add(new Grant(Grantee.EVERYBODY, Permission.READ));
      case "public-read-write" -> {
        grants.add(new Grant(Grantee.EVERYBODY, Permission.READ));
        grants.add(new Grant(Grantee.EVERYBODY, Permission.WRITE));
      }
      case "authenticated-read" -> grants.add(new Grant(Grantee.AUTHENTICATED, Permission.READ));
      case "bucket-owner-read" -> addOther(grants, owner, bucketOwner, Permission.READ);
      case "bucket-owner-full-control" ->
          addOther(grants, owner, bucketOwner, Permission.FULL_CONTROL);
      case "log-delivery-write" -> {
        grants.add(new Grant(Grantee.LOG_DELIVERY, Permission.WRITE));
        grants.add(new Grant(Grantee.LOG_DELIVERY, Permission.READ_ACP));
      }
      default -> throw S3Error.invalidArgument("'" + name + "' is no canned ACL");
    }
    return new Acl(owner, grants);
  }

  private static void addOther(
      List<Grant> grants, String owner, String bucketOwner, Permission permission) {
    if (!owner.equals(bucketOwner)) {
      grants.add(new Grant(new Grantee(bucketOwner), permission));
    }
  }

  /** Whether the requester may; the owner may always see and change the ACL itself. */
  boolean allows(Requester requester, Permission permission, boolean ignorePublic) {
    boolean ofAcl = permission == Permission.READ_ACP || permission == Permission.WRITE_ACP;
    if (ofAcl && requester.is(owner)) {
      return true;
    }
    return grants.stream()
        .filter(grant -> !(ignorePublic && grant.grantee().isPublic()))
        .filter(grant -> grant.grantee().includes(requester))
        .anyMatch(grant -> grant.permission().covers(permission));
  }

  boolean isPublic() {
    return grants.stream().anyMatch(grant -> grant.grantee().isPublic());
  }

  /** The text that metadata keeps. */
  public String encode() {
    StringBuilder out = new StringBuilder(owner);
    for (Grant grant : grants) {
      out.append('\n').append(grant.permission()).append(' ').append(grant.grantee().id());
    }
    return out.toString();
  }

  static Acl decode(String text) {
    List<String> lines = text.lines().toList();
    List<Grant> grants = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      String[] words = line.split(" ", 2);
      Optional<Permission> permission = Permission.of(words[0]);
      permission.ifPresent(p -> grants.add(new Grant(new Grantee(words[1]), p)));
    }
    return new Acl(lines.getFirst(), grants);
  }
}
