package io.virga.dataplane.desired;

import java.util.regex.Pattern;

/**
 * How ports are called in DNS, as Neutron's integration has it: control tells tenants so, and
 * agents the guests.
 */
public final class PortNames {

  /** Neutron's domain for networks that have none of their own; ends in a dot. */
  public static final String DEFAULT_DOMAIN = "openstacklocal.";

  private static final int MOST_CHARACTERS = 253;
  private static final String LABEL = "[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?";
  private static final Pattern NAME = Pattern.compile("(" + LABEL + "(\\." + LABEL + ")*)\\.?");

  private PortNames() {}

  /** Whether it is the name of a host or a domain (RFC 1123 §2.1), with or without a last dot. */
  public static boolean isName(String text) {
    int characters = text.endsWith(".") ? text.length() - 1 : text.length();
    return characters <= MOST_CHARACTERS && NAME.matcher(text).matches();
  }

  /**
   * The name of one of a port's addresses: the port's own, or one after the address.
   *
   * @param hostname the port's own; empty if it has none
   */
  public static String host(String hostname, String ip) {
    return hostname.isEmpty() ? "host-" + ip.replace('.', '-').replace(':', '-') : hostname;
  }

  /**
   * The name in full, which ends in a dot; one that does already is in no other domain.
   *
   * @param domain ends in a dot
   */
  public static String absolute(String host, String domain) {
    return host.endsWith(".") ? host : host + "." + domain;
  }
}
