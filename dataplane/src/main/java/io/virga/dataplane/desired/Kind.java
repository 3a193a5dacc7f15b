package io.virga.dataplane.desired;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The kinds of desired state, with the names that they have on the wire. */
public enum Kind {
  INSTANCE("instance", InstanceSpec.class),
  METADATA("metadata", MetadataSpec.class),
  NETWORK("network", NetworkSpec.class),
  PORT("port", PortSpec.class),
  REVOCATION("revocation", RevocationSpec.class),
  ROUTER("router", RouterSpec.class),
  S3_CREDENTIAL("s3-credential", S3CredentialSpec.class),
  SECURITY_GROUP("security-group", SecurityGroupSpec.class),
  SNAPSHOT("snapshot", SnapshotSpec.class),
  TUNNEL_ENDPOINT("tunnel-endpoint", TunnelEndpointSpec.class),
  VOLUME("volume", VolumeSpec.class);

  private final String wireName;
  private final Class<? extends DesiredState> recordType;

  Kind(String wireName, Class<? extends DesiredState> recordType) {
    this.wireName = wireName;
    this.recordType = recordType;
  }

  /** The name in watch requests and events, for example {@code security-group}. */
  public String wireName() {
    return wireName;
  }

  /** The record that carries this kind. */
  public Class<? extends DesiredState> recordType() {
    return recordType;
  }

  /** The kind that the record carries. */
  public static Kind of(Class<? extends DesiredState> recordType) {
    return Arrays.stream(values())
        .filter(kind -> kind.recordType == recordType)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(recordType + " is of no kind"));
  }

  /**
   * The kind of a name on the wire.
   *
   * @throws IllegalArgumentException if there is none; the message lists the known names
   */
  public static Kind ofWireName(String wireName) {
    return Arrays.stream(values())
        .filter(kind -> kind.wireName.equals(wireName))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "unknown kind '"
                        + wireName
                        + "', known are "
                        + Arrays.stream(values())
                            .map(Kind::wireName)
                            .collect(Collectors.joining(", "))));
  }
}
