package io.virga.control.watch;

import io.virga.dataplane.desired.Kind;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Which kinds a service is told, and may report on (docs/ARCHITECTURE.md §11). */
public final class WatchedKinds {

  private static final Map<String, List<String>> KINDS =
      Map.of(
          "objectstore", names(Kind.S3_CREDENTIAL, Kind.REVOCATION),
          "blockstore", names(Kind.VOLUME, Kind.SNAPSHOT),
          "netagent",
              names(
                  Kind.NETWORK,
                  Kind.PORT,
                  Kind.ROUTER,
                  Kind.SECURITY_GROUP,
                  Kind.METADATA,
                  Kind.TUNNEL_ENDPOINT),
          "compute-agent", names(Kind.INSTANCE));

  private WatchedKinds() {}

  /** None for a service that has no business here. */
  public static List<String> of(String service) {
    return KINDS.getOrDefault(service, List.of());
  }

  /** Whether the service may report on the kind; each may on its own host. */
  public static boolean mayReport(String service, String kind) {
    List<String> kinds = of(service);
    return kinds.contains(kind) || kind.equals("host") && !kinds.isEmpty();
  }

  private static List<String> names(Kind... kinds) {
    return Stream.of(kinds).map(Kind::wireName).toList();
  }
}
