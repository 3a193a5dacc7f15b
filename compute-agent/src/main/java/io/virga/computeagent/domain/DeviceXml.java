package io.virga.computeagent.domain;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.dataplane.desired.InstanceSpec.DiskSpec;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import io.virga.dataplane.desired.InstanceSpec.NicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The devices of an instance, as parts of its domain and alone for attaching to it. */
public final class DeviceXml {

  /** How long a guest's requests wait for a blockstore that is away; after that, it is paused. */
  public static final int RECONNECT_DELAY_SECONDS = 60;

  /** virtio-blk shows a guest no more of a serial number. */
  private static final int MAX_SERIAL = 20;

  private DeviceXml() {}

  /** A disk, alone. */
  public static String disk(DiskSpec disk, HostFacts facts) {
    XmlWriter xml = new XmlWriter();
    disk(xml, disk, facts);
    return xml.document();
  }

  /** A network card, alone. */
  public static String nic(NicSpec nic, HostFacts facts) {
    XmlWriter xml = new XmlWriter();
    nic(xml, nic, facts);
    return xml.document();
  }

  /** A network card that is to be detached, alone. */
  public static String nic(LiveNic nic, HostFacts facts) {
    XmlWriter xml = new XmlWriter();
    nic(xml, new NicSpec(nic.portId(), nic.mac(), nic.tapName(), 0), facts);
    return xml.document();
  }

  /** A disk that is to be detached, alone. */
  public static String disk(LiveDisk disk, HostFacts facts) {
    XmlWriter xml = new XmlWriter();
    disk(
        xml,
        new Front(disk.device(), disk.volumeId(), disk.readOnly()),
        body ->
            disk.portal()
                .ifPresentOrElse(
                    portal -> IscsiXml.source(body, disk, portal),
                    () -> nbdSource(body, disk.exportName(), disk.nbd(), facts)));
    return xml.document();
  }

  static void disk(XmlWriter xml, DiskSpec disk, HostFacts facts) {
    disk(
        xml,
        new Front(disk.device(), disk.volumeId(), disk.readOnly()),
        body ->
            disk.iscsi()
                .ifPresentOrElse(
                    from -> IscsiXml.source(body, disk, from),
                    () -> nbdSource(body, disk.exportName(), disk.nbd(), facts)));
  }

  /** What a guest sees of a disk. */
  private record Front(String device, String volumeId, boolean readOnly) {}

  /** An older libvirt (9.0) leaves {@code <reconnect>} out ({@link LiveDisk#reconnects()}). */
  private static void nbdSource(
      XmlWriter xml, String exportName, Optional<NbdSource> elsewhere, HostFacts facts) {
    List<String> attributes = new ArrayList<>(List.of("protocol", "nbd", "name", exportName));
    if (elsewhere.isPresent()) {
      attributes.addAll(List.of("tls", "yes"));
    }
    xml.element(
        "source",
        source -> {
          elsewhere.ifPresentOrElse(
              far ->
                  source.element("host", "name", far.address(), "port", String.valueOf(far.port())),
              () ->
                  source.element(
                      "host", "transport", "unix", "socket", facts.nbdSocket().toString()));
          source.element("reconnect", "delay", Integer.toString(RECONNECT_DELAY_SECONDS));
        },
        attributes.toArray(String[]::new));
  }

  /**
   * {@code cache='none'} keeps no copy on the host and passes FLUSH on; a request that fails stops
   * the guest rather than reaching it as an error, and is done again when the guest goes on.
   */
  private static void disk(XmlWriter xml, Front disk, Consumer<XmlWriter> source) {
    xml.element(
        "disk",
        body -> {
          body.element(
              "driver",
              "name",
              "qemu",
              "type",
              "raw",
              "cache",
              "none",
              "error_policy",
              "stop",
              "rerror_policy",
              "stop",
              "discard",
              "unmap");
          source.accept(body);
          body.element("target", "dev", disk.device(), "bus", "virtio");
          body.text("serial", serial(disk.volumeId()));
          if (disk.readOnly()) {
            body.element("readonly");
          }
        },
        "type",
        "network",
        "device",
        "disk");
  }

  /** A CD-ROM, so that the letters which a guest gives to its volumes do not depend on it. */
  static void configDrive(XmlWriter xml, String image) {
    xml.element(
        "disk",
        body -> {
          body.element("driver", "name", "qemu", "type", "raw");
          body.element("source", "file", image);
          body.element("target", "dev", "hda", "bus", "ide");
          body.element("readonly");
        },
        "type",
        "file",
        "device",
        "cdrom");
  }

  static void nic(XmlWriter xml, NicSpec nic, HostFacts facts) {
    xml.element(
        "interface",
        body -> {
          body.element("mac", "address", nic.mac());
          body.element("source", "bridge", facts.integrationBridge());
          body.element(
              "virtualport",
              port -> port.element("parameters", "interfaceid", nic.portId()),
              "type",
              "openvswitch");
          body.element("target", "dev", nic.tapName());
          body.element("model", "type", "virtio");
          body.element("driver", DeviceXml::noOffload);
          if (nic.mtu() > 0) {
            body.element("mtu", "size", Integer.toString(nic.mtu()));
          }
        },
        "type",
        "bridge");
  }

  /**
   * Neither side leaves checksums or segments to the device: a userspace datapath passes on what it
   * gets, and its connection tracker drops a packet whose checksum is not there yet.
   */
  private static void noOffload(XmlWriter driver) {
    driver.element(
        "host", "csum", "off", "gso", "off", "tso4", "off", "tso6", "off", "ecn", "off", "ufo",
        "off");
    driver.element(
        "guest", "csum", "off", "tso4", "off", "tso6", "off", "ecn", "off", "ufo", "off");
  }

  private static String serial(String volumeId) {
    return volumeId.substring(0, Math.min(MAX_SERIAL, volumeId.length()));
  }
}
