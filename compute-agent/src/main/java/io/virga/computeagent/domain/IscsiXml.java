package io.virga.computeagent.domain;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.dataplane.configuration.HostPort;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.InstanceSpec.IscsiSource;
import io.virga.dataplane.desired.IscsiAccess;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/** Sources of disks over iSCSI, which QEMU opens itself; and their secrets, which libvirt keeps. */
public final class IscsiXml {

  /** The volume's logical unit, as libvirt wants it behind the target's name. */
  private static final String UNIT = "/0";

  private IscsiXml() {}

  /** Which of libvirt's secrets is the attachment's. */
  public static String secretId(String exportName) {
    return UUID.nameUUIDFromBytes(exportName.getBytes(StandardCharsets.UTF_8)).toString();
  }

  /** What the usage of an instance's secrets begins with. */
  public static String usage(String instanceId) {
    return InstanceNames.domainName(instanceId) + "/";
  }

  /**
   * The definition of a secret: kept in libvirtd's memory alone, and given to none of its clients.
   */
  public static String secret(String instanceId, String exportName) {
    XmlWriter xml = new XmlWriter();
    xml.element(
        "secret",
        body -> {
          body.text("uuid", secretId(exportName));
          body.element(
              "usage",
              usage -> usage.text("target", usage(instanceId) + exportName),
              "type",
              "iscsi");
        },
        "ephemeral",
        "yes",
        "private",
        "yes");
    return xml.document();
  }

  static void source(XmlWriter xml, DiskSpec disk, IscsiSource from) {
    xml.element(
        "source",
        source -> {
          host(source, from.portal());
          from.access()
              .initiator()
              .ifPresent(
                  name -> source.element("initiator", own -> own.element("iqn", "name", name)));
          source.element(
              "auth",
              auth -> auth.element("secret", "type", "iscsi", "uuid", secretId(disk.exportName())),
              "username",
              from.access().user());
        },
        "protocol",
        "iscsi",
        "name",
        IscsiAccess.target(disk.exportName()) + UNIT);
  }

  /** As much as libvirt needs to know the disk again. */
  static void source(XmlWriter xml, LiveDisk disk, String portal) {
    xml.element(
        "source",
        source -> host(source, portal),
        "protocol",
        "iscsi",
        "name",
        IscsiAccess.target(disk.exportName()) + UNIT);
  }

  private static void host(XmlWriter source, String portal) {
    HostPort at = HostPort.parse(portal);
    source.element("host", "name", at.host(), "port", Integer.toString(at.port()));
  }

  /** The export that the name of a source names. */
  static Optional<String> export(String source) {
    return source.endsWith(UNIT)
        ? IscsiAccess.export(source.substring(0, source.length() - UNIT.length()))
        : Optional.empty();
  }
}
