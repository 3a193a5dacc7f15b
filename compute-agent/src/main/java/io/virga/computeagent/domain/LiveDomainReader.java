package io.virga.computeagent.domain;

import io.virga.computeagent.domain.LiveDomain.LiveDisk;
import io.virga.computeagent.domain.LiveDomain.LiveNic;
import io.virga.dataplane.desired.InstanceSpec.NbdSource;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** Reads domain XML back. No entity, no DTD, nothing from outside the text. */
public final class LiveDomainReader {

  private LiveDomainReader() {}

  /**
   * Reads what libvirt gave.
   *
   * @throws IllegalArgumentException if it is not XML
   */
  public static LiveDomain read(String xml) {
    Element domain = parse(xml);
    AppliedState applied =
        first(domain.getElementsByTagNameNS(AppliedStateXml.NAMESPACE, "instance"))
            .map(AppliedStateXml::read)
            .orElse(AppliedState.NONE);
    List<LiveDisk> disks = new ArrayList<>();
    for (Element disk : elements(domain, "disk")) {
      disk(disk).ifPresent(disks::add);
    }
    List<LiveNic> nics = new ArrayList<>();
    for (Element nic : elements(domain, "interface")) {
      nics.add(
          new LiveNic(
              attribute(nic, "parameters", "interfaceid"),
              attribute(nic, "mac", "address"),
              attribute(nic, "target", "dev")));
    }
    return new LiveDomain(applied, disks, nics, consoles(domain));
  }

  private static LiveDomain.Consoles consoles(Element domain) {
    if (domain.getAttribute("id").isEmpty()) {
      return LiveDomain.Consoles.NONE;
    }
    Optional<String> terminal =
        elements(domain, "serial").stream()
            .filter(serial -> serial.getAttribute("type").equals("pty"))
            .findFirst()
            .map(serial -> attribute(serial, "source", "path"));
    Optional<String> socket =
        first(domain.getElementsByTagName("graphics"))
            .filter(graphics -> graphics.getAttribute("type").equals("vnc"))
            .map(graphics -> attribute(graphics, "listen", "socket"));
    return new LiveDomain.Consoles(path(terminal), path(socket));
  }

  private static Optional<Path> path(Optional<String> text) {
    return text.filter(path -> !path.isEmpty()).map(Path::of);
  }

  private static Optional<LiveDisk> disk(Element disk) {
    Optional<LiveDisk> read = uncopied(disk);
    return copy(disk).map(to -> read.map(live -> live.copiedTo(to))).orElse(read);
  }

  /** What is being copied to has the form of a disk's source. */
  private static Optional<LiveDomain.Copy> copy(Element disk) {
    return first(disk.getElementsByTagName("mirror"))
        .filter(mirror -> mirror.getAttribute("job").equals("copy"))
        .flatMap(
            mirror ->
                first(mirror.getElementsByTagName("source"))
                    .map(source -> source.getAttribute("name"))
                    .map(name -> IscsiXml.export(name).orElse(name))
                    .map(
                        name ->
                            new LiveDomain.Copy(name, mirror.getAttribute("ready").equals("yes"))));
  }

  private static Optional<LiveDisk> uncopied(Element disk) {
    Optional<Element> source = first(disk.getElementsByTagName("source"));
    return switch (source.map(found -> found.getAttribute("protocol")).orElse("")) {
      case "nbd" -> source.map(found -> overNbd(disk, found));
      case "iscsi" ->
          source.flatMap(
              found ->
                  IscsiXml.export(found.getAttribute("name"))
                      .map(export -> overIscsi(disk, found, export)));
      default -> Optional.empty();
    };
  }

  private static LiveDisk overNbd(Element disk, Element source) {
    return new LiveDisk(
        attribute(disk, "target", "dev"),
        source.getAttribute("name"),
        isReadOnly(disk),
        index(source),
        !attribute(source, "reconnect", "delay").isEmpty(),
        Optional.empty(),
        Optional.empty(),
        elsewhere(source));
  }

  /** The host's own blockstore is at a unix socket. */
  private static Optional<NbdSource> elsewhere(Element source) {
    String address = attribute(source, "host", "name");
    return address.isEmpty()
        ? Optional.empty()
        : Optional.of(new NbdSource(address, Integer.parseInt(port(source, "10809"))));
  }

  private static LiveDisk overIscsi(Element disk, Element source, String export) {
    String host = attribute(source, "host", "name");
    String portal = (host.contains(":") ? "[" + host + "]" : host) + ":" + port(source, "3260");
    return new LiveDisk(
        attribute(disk, "target", "dev"),
        export,
        isReadOnly(disk),
        index(source),
        true,
        Optional.of(portal),
        Optional.empty(),
        Optional.empty());
  }

  /** The one that IANA has given to the protocol where none is written. */
  private static String port(Element source, String assigned) {
    String port = attribute(source, "host", "port");
    return port.isEmpty() ? assigned : port;
  }

  private static boolean isReadOnly(Element disk) {
    return first(disk.getElementsByTagName("readonly")).isPresent();
  }

  private static int index(Element source) {
    String index = source.getAttribute("index");
    return index.isEmpty() ? 0 : Integer.parseInt(index);
  }

  private static String attribute(Element parent, String child, String attribute) {
    return first(parent.getElementsByTagName(child))
        .map(element -> element.getAttribute(attribute))
        .orElse("");
  }

  private static Optional<Element> first(NodeList nodes) {
    return nodes.item(0) instanceof Element element ? Optional.of(element) : Optional.empty();
  }

  private static List<Element> elements(Element parent, String name) {
    NodeList nodes = parent.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>(nodes.getLength());
    for (int i = 0; i < nodes.getLength(); i++) {
      if (nodes.item(i) instanceof Element element) {
        elements.add(element);
      }
    }
    return elements;
  }

  private static Element parse(String xml) {
    try {
      DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
      factory.setNamespaceAware(true);
      factory.setFeature(XMLConstants.FEATURE_SECURE_PROCESSING, true);
      factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
      factory.setXIncludeAware(false);
      factory.setExpandEntityReferences(false);
      DocumentBuilder builder = factory.newDocumentBuilder();
      builder.setErrorHandler(null);
      return builder.parse(new InputSource(new StringReader(xml))).getDocumentElement();
    } catch (ParserConfigurationException | IOException e) {
      throw new IllegalStateException("the XML parser of the platform", e);
    } catch (SAXException e) {
      throw new IllegalArgumentException("domain XML cannot be read: " + e.getMessage(), e);
    }
  }
}
