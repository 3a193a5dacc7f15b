package io.virga.computeagent.domain;

import java.util.List;

/**
 * What the XML of a domain that is there says.
 *
 * @param disks the disks that are opened over NBD, in the order of the XML
 */
public record LiveDomain(AppliedState applied, List<LiveDisk> disks, List<LiveNic> nics) {

  public LiveDomain {
    disks = List.copyOf(disks);
    nics = List.copyOf(nics);
  }

  /**
   * A disk of the domain.
   *
   * @param index libvirt's number of the disk's block nodes in the running QEMU; 0 when it does not
   *     run
   * @param reconnects whether this libvirt has told QEMU to wait for a server that is away; where
   *     it has not, the agent does
   */
  public record LiveDisk(
      String device, String exportName, boolean readOnly, int index, boolean reconnects) {

    /** The volume of the export. */
    public String volumeId() {
      int dot = exportName.lastIndexOf('.');
      return dot < 0 ? exportName : exportName.substring(0, dot);
    }
  }

  /** A network card of the domain. */
  public record LiveNic(String portId, String mac, String tapName) {}
}
