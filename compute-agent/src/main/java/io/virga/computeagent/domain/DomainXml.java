package io.virga.computeagent.domain;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.virga.dataplane.desired.InstanceSpec;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** {@code InstanceSpec × HostFacts → domain XML}, the same text for the same input. */
public final class DomainXml {

  private static final int MAX_TITLE = 255;

  /** {@code sockaddr_un}, unix(7), without the zero at its end. */
  private static final int MAX_SOCKET_BYTES = 107;

  private DomainXml() {}

  /** The persistent definition of an instance. */
  public static String of(InstanceSpec spec, HostFacts facts, AppliedState applied) {
    XmlWriter xml = new XmlWriter();
    xml.element(
        "domain",
        domain -> {
          identity(domain, spec, applied);
          domain.text("memory", Long.toString(spec.memoryBytes()), "unit", "b");
          domain.text("vcpu", Integer.toString(spec.vcpus()), "placement", "static");
          firmware(domain, spec);
          domain.element("features", features -> features.element("acpi").element("apic"));
          processor(domain, facts);
          clock(domain);
          // The agent decides what becomes of a guest that went away; a guest's own reboot stays
          // inside its QEMU.
          domain.text("on_poweroff", "destroy");
          domain.text("on_reboot", "restart");
          domain.text("on_crash", "destroy");
          domain.element("devices", devices -> devices(devices, spec, facts));
        },
        "type",
        facts.virtType().domainType());
    return xml.document();
  }

  private static void identity(XmlWriter xml, InstanceSpec spec, AppliedState applied) {
    xml.text("name", InstanceNames.domainName(spec.id()));
    xml.text("uuid", spec.id());
    String title = title(spec.name());
    if (!title.isEmpty()) {
      xml.text("title", title);
    }
    xml.element("metadata", metadata -> AppliedStateXml.write(metadata, applied));
    // What cloud-init looks at to know that this is an OpenStack-compatible cloud.
    xml.element(
        "sysinfo",
        sysinfo ->
            sysinfo.element(
                "system",
                system -> {
                  system.text("entry", "Virga", "name", "manufacturer");
                  system.text("entry", "OpenStack Compute", "name", "product");
                  system.text("entry", spec.id(), "name", "serial");
                  system.text("entry", spec.id(), "name", "uuid");
                  system.text("entry", "Virtual Machine", "name", "family");
                }),
        "type",
        "smbios");
  }

  private static void firmware(XmlWriter xml, InstanceSpec spec) {
    xml.element(
        "os",
        os -> {
          // i440fx: every volume and card is hot-plugged by ACPI into a slot of the one bus.
          os.text("type", "hvm", "arch", "x86_64", "machine", "pc");
          if (!spec.disks().isEmpty()) {
            os.element("boot", "dev", "hd");
          }
          os.element("smbios", "mode", "sysinfo");
        });
  }

  private static void processor(XmlWriter xml, HostFacts facts) {
    switch (facts.virtType()) {
      case KVM -> xml.element("cpu", "mode", "host-model", "check", "partial");
      // A named model, so that a guest may move between hosts of any processor.
      case QEMU ->
          xml.element(
              "cpu",
              cpu -> cpu.text("model", "qemu64", "fallback", "allow"),
              "mode",
              "custom",
              "match",
              "exact",
              "check",
              "none");
    }
  }

  private static void clock(XmlWriter xml) {
    xml.element(
        "clock",
        clock -> {
          clock.element("timer", "name", "rtc", "tickpolicy", "catchup");
          clock.element("timer", "name", "pit", "tickpolicy", "delay");
          clock.element("timer", "name", "hpet", "present", "no");
        },
        "offset",
        "utc");
  }

  /**
   * Not where libvirt would choose, which is a place that only it may see. Where the path is longer
   * than a unix socket's the screen is shown to nobody.
   */
  private static void screen(XmlWriter graphics, Path socket) {
    if (socket.toString().getBytes(UTF_8).length <= MAX_SOCKET_BYTES) {
      graphics.element("listen", "type", "socket", "socket", socket.toString());
    } else {
      graphics.element("listen", "type", "none");
    }
  }

  private static void devices(XmlWriter xml, InstanceSpec spec, HostFacts facts) {
    xml.text("emulator", facts.emulator().toString());
    spec.disks().forEach(disk -> DeviceXml.disk(xml, disk, facts));
    if (spec.configDrive().isPresent()) {
      DeviceXml.configDrive(xml, facts.configDrive(spec.id()).toString());
    }
    spec.nics().forEach(nic -> DeviceXml.nic(xml, nic, facts));
    xml.element("controller", "type", "usb", "index", "0", "model", "none");
    xml.element(
        "serial",
        serial -> {
          serial.element("log", "file", facts.consoleLog(spec.id()).toString(), "append", "on");
          serial.element("target", "type", "isa-serial", "port", "0");
        },
        "type",
        "pty");
    xml.element(
        "console",
        console -> console.element("target", "type", "serial", "port", "0"),
        "type",
        "pty");
    xml.element("graphics", graphics -> screen(graphics, facts.screen(spec.id())), "type", "vnc");
    xml.element(
        "video", video -> video.element("model", "type", "vga", "vram", "16384", "heads", "1"));
    xml.element(
        "rng", rng -> rng.text("backend", "/dev/urandom", "model", "random"), "model", "virtio");
    xml.element("memballoon", "model", "virtio");
  }

  /** For operators; libvirt takes no line breaks in it. */
  private static String title(String name) {
    return name.codePoints()
        .limit(MAX_TITLE)
        .mapToObj(c -> Character.isISOControl(c) ? " " : Character.toString(c))
        .collect(Collectors.joining())
        .strip();
  }
}
