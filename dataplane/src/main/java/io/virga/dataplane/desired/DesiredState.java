package io.virga.dataplane.desired;

/**
 * One thing as it shall be on a host. Identified by its kind and id; the generation grows with
 * every change of the record, and an agent reports the generation that it has brought about.
 */
public sealed interface DesiredState
    permits InstanceSpec,
        MetadataSpec,
        NetworkSpec,
        PortSpec,
        RevocationSpec,
        RouterSpec,
        S3CredentialSpec,
        SecurityGroupSpec,
        SnapshotSpec,
        TunnelEndpointSpec,
        VolumeSpec {

  /**
   * The id, unique within its kind; a UUID in its canonical text form unless the kind says
   * otherwise.
   */
  String id();

  /** Grows by at least one with every change; from 1. */
  long generation();
}
