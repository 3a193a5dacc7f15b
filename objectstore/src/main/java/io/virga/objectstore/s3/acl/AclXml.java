package io.virga.objectstore.s3.acl;

import io.virga.objectstore.s3.protocol.S3Error;
import io.virga.objectstore.s3.protocol.S3Text;
import io.virga.objectstore.s3.xml.XmlElement;
import io.virga.objectstore.s3.xml.XmlWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** ACLs as documents. */
final class AclXml {

  private AclXml() {}

  /**
   * Grants to groups come first, as Ceph's gateway writes them: some clients look for them there.
   */
  static XmlWriter write(Acl acl) {
    XmlWriter xml = XmlWriter.of("AccessControlPolicy");
    S3Text.owner(xml, acl.owner());
    xml.open("AccessControlList");
    acl.grants().stream().filter(AclXml::isOfGroup).forEach(grant -> write(xml, grant));
    acl.grants().stream().filter(grant -> !isOfGroup(grant)).forEach(grant -> write(xml, grant));
    return xml;
  }

  private static boolean isOfGroup(Acl.Grant grant) {
    return grant.grantee().isGroup();
  }

  private static void write(XmlWriter xml, Acl.Grant grant) {
    xml.open("Grant");
    String id = grant.grantee().id();
    if (isOfGroup(grant)) {
      xml.typed("Grantee", "Group").text("URI", id).close();
    } else {
      xml.typed("Grantee", "CanonicalUser").text("ID", id).text("DisplayName", id).close();
    }
    xml.text("Permission", grant.permission().name()).close();
  }

  /** The ACL of a document, which must be the owner's. */
  static Acl read(XmlElement root, String owner) {
    String named =
        root.all("Owner").stream()
            .findFirst()
            .flatMap(o -> o.textOf("ID"))
            .orElseThrow(() -> malformed("Owner/ID is missing"));
    if (!named.equals(owner)) {
      throw new S3Error(S3Error.Code.AccessDenied, "The owner cannot be changed.");
    }
    XmlElement list =
        root.all("AccessControlList").stream()
            .findFirst()
            .orElseThrow(() -> malformed("AccessControlList is missing"));
    List<Acl.Grant> grants = new ArrayList<>();
    for (XmlElement grant : list.all("Grant")) {
      Permission permission =
          grant
              .textOf("Permission")
              .flatMap(Permission::of)
              .orElseThrow(() -> malformed("a Grant has no Permission that is known"));
      XmlElement grantee =
          grant.all("Grantee").stream()
              .findFirst()
              .orElseThrow(() -> malformed("a Grant has no Grantee"));
      grants.add(new Acl.Grant(grantee(grantee), permission));
    }
    return new Acl(owner, grants);
  }

  private static Grantee grantee(XmlElement element) {
    Optional<String> id = element.textOf("ID");
    Optional<String> uri = element.textOf("URI");
    if (element.textOf("EmailAddress").isPresent()) {
      throw new S3Error(S3Error.Code.UnresolvableGrantByEmailAddress);
    }
    return uri.map(Grantee::group)
        .or(() -> id.map(Grantee::account))
        .orElseThrow(() -> malformed("a Grantee has neither ID nor URI"));
  }

  private static S3Error malformed(String what) {
    return new S3Error(S3Error.Code.MalformedACLError, "The ACL is not as expected: " + what);
  }
}
