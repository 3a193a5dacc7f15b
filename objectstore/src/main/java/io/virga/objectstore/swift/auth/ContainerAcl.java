package io.virga.objectstore.swift.auth;

import io.virga.objectstore.http.Request;
import io.virga.objectstore.http.UriText;
import io.virga.objectstore.swift.wire.MetadataHeaders;
import io.virga.objectstore.swift.wire.SwiftError;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The access control lists of a container: {@code project:user} with stars, roles, and for reading
 * {@code .r:} referrers and {@code .rlistings} (Swift, "Access Control Lists").
 */
public final class ContainerAcl {

  public static final String READ = "x-container-read";
  public static final String WRITE = "x-container-write";

  private static final String REFERRER = ".r:";
  private static final Set<String> REFERRER_WORDS = Set.of(".r", ".ref", ".referer", ".referrer");

  private ContainerAcl() {}

  /** Puts the lists that a request gives into a container's metadata. */
  public static void merge(Map<String, String> metadata, Request request) {
    for (String header : List.of(READ, WRITE)) {
      MetadataHeaders.change(request, header)
          .ifPresent(value -> MetadataHeaders.set(metadata, header, clean(header, value)));
    }
  }

  /** The list in its shortest form, or a 400 that tells what is wrong with it. */
  static String clean(String header, String value) {
    List<String> items = new ArrayList<>();
    for (String raw : value.split(",", -1)) {
      String item = raw.strip();
      int colon = item.indexOf(':');
      if (item.isEmpty()) {
        continue;
      }
      String first = colon < 0 ? "" : item.substring(0, colon).strip();
      if (!first.startsWith(".")) {
        items.add(item);
      } else if (REFERRER_WORDS.contains(first)) {
        items.add(referrer(header, item, item.substring(colon + 1).strip()));
      } else {
        throw SwiftError.badRequest("Unknown designator '%s' in ACL: '%s'".formatted(first, item));
      }
    }
    return String.join(",", items);
  }

  private static String referrer(String header, String item, String text) {
    if (header.equals(WRITE)) {
      throw SwiftError.badRequest("Referrers not allowed in write ACL: '%s'".formatted(item));
    }
    boolean negative = text.startsWith("-");
    String host = negative ? text.substring(1).strip() : text;
    if (!host.equals("*") && host.startsWith("*")) {
      host = host.substring(1).strip();
    }
    if (host.isEmpty() || host.equals(".")) {
      throw SwiftError.badRequest(
          "No host/domain value after referrer designation in ACL: '%s'".formatted(item));
    }
    return REFERRER + (negative ? "-" : "") + host;
  }

  /**
   * Whether a list lets a caller in.
   *
   * @param own whether the container is in the caller's own account
   * @param listing whether names are asked for and not an object
   */
  static boolean opens(
      String acl, Caller caller, Optional<String> referer, boolean own, boolean listing) {
    List<String> hosts = new ArrayList<>();
    List<String> names = new ArrayList<>();
    for (String item : acl.split(",", -1)) {
      if (item.startsWith(REFERRER)) {
        hosts.add(item.substring(REFERRER.length()));
      } else if (!item.isEmpty()) {
        names.add(UriText.decode(item).orElse(item));
      }
    }
    if (caller instanceof Caller.User user
        && names.stream().anyMatch(name -> isNamed(name, user, own))) {
      return true;
    }
    return allowsReferrer(referer, hosts) && (!listing || names.contains(".rlistings"));
  }

  private static boolean isNamed(String name, Caller.User user, boolean own) {
    if (user.groups().contains(name)) {
      return true;
    }
    int colon = name.indexOf(':');
    if (colon < 0) {
      return own && user.roles().contains(name.toLowerCase(Locale.ROOT));
    }
    String project = name.substring(0, colon);
    String person = name.substring(colon + 1);
    return (project.equals("*") || user.projects().contains(project))
        && (person.equals("*") || user.users().contains(person));
  }

  private static boolean allowsReferrer(Optional<String> referer, List<String> hosts) {
    if (hosts.isEmpty()) {
      return false;
    }
    String host = referer.flatMap(ContainerAcl::host).orElse("unknown");
    boolean allowed = false;
    for (String item : hosts) {
      boolean negative = item.startsWith("-");
      String wanted = negative ? item.substring(1) : item;
      boolean matches =
          wanted.equals(host)
              || (wanted.startsWith(".") && host.endsWith(wanted))
              || (!negative && wanted.equals("*"));
      if (matches) {
        allowed = !negative;
      }
    }
    return allowed;
  }

  private static Optional<String> host(String url) {
    try {
      return Optional.ofNullable(new URI(url).getHost()).map(h -> h.toLowerCase(Locale.ROOT));
    } catch (URISyntaxException e) {
      return Optional.empty();
    }
  }
}
