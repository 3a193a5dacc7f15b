package io.virga.objectstore.s3;

import io.virga.objectstore.s3.xml.XmlWriter;

/** What is true of every bucket and object, as long as it cannot be changed. */
final class FixedAnswers {

  private FixedAnswers() {}

  static byte[] noTags() {
    return XmlWriter.of("Tagging").open("TagSet").close().toBytes();
  }

  /** The owner may do everything, and nobody else anything. */
  static byte[] privateAcl(String account) {
    XmlWriter xml = XmlWriter.of("AccessControlPolicy");
    S3Text.owner(xml, account);
    xml.open("AccessControlList").open("Grant");
    xml.canonicalUser("Grantee", account);
    return xml.text("Permission", "FULL_CONTROL").toBytes();
  }
}
