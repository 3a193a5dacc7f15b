package io.virga.computeagent.domain;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.w3c.dom.Element;

/** The one element that the agent keeps in a domain's {@code <metadata>}. */
public final class AppliedStateXml {

  /** The namespace; the number is the version of the form. */
  public static final String NAMESPACE = "https://virga.io/libvirt/instance/1";

  /** The prefix under which libvirt is to keep it. */
  public static final String PREFIX = "virga";

  private AppliedStateXml() {}

  /** As {@code virDomainSetMetadata} takes it: libvirt adds namespace and prefix. */
  public static String fragment(AppliedState applied) {
    XmlWriter xml = new XmlWriter();
    xml.element("instance", attributes(applied));
    return xml.document();
  }

  static void write(XmlWriter xml, AppliedState applied) {
    xml.element(
        PREFIX + ":instance",
        Stream.concat(Stream.of("xmlns:" + PREFIX, NAMESPACE), Stream.of(attributes(applied)))
            .toArray(String[]::new));
  }

  /** Reads it back; what is missing or damaged counts as not done. */
  static AppliedState read(Element instance) {
    String detached = instance.getAttribute("detached").strip();
    return new AppliedState(
        number(instance, "generation"),
        number(instance, "hardReboots"),
        number(instance, "softReboots"),
        number(instance, "haltedGeneration"),
        instance.getAttribute("paused").equals("true"),
        instant(instance.getAttribute("startedAt")),
        detached.isEmpty() ? List.of() : List.of(detached.split(" ")));
  }

  private static String[] attributes(AppliedState applied) {
    return new String[] {
      "generation",
      Long.toString(applied.generation()),
      "hardReboots",
      Long.toString(applied.hardReboots()),
      "softReboots",
      Long.toString(applied.softReboots()),
      "haltedGeneration",
      Long.toString(applied.haltedGeneration()),
      "paused",
      Boolean.toString(applied.paused()),
      "startedAt",
      applied.startedAt().map(Instant::toString).orElse(""),
      "detached",
      String.join(" ", applied.detachedVolumes())
    };
  }

  private static long number(Element element, String attribute) {
    try {
      return Long.parseLong(element.getAttribute(attribute));
    } catch (NumberFormatException damaged) {
      return 0;
    }
  }

  private static Optional<Instant> instant(String text) {
    try {
      return text.isEmpty() ? Optional.empty() : Optional.of(Instant.parse(text));
    } catch (DateTimeParseException damaged) {
      return Optional.empty();
    }
  }
}
