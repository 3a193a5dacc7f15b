package io.virga.blockstore.scsi;

/**
 * The names of two ports, which outlive a connection between them.
 *
 * @param initiator the initiator port: {@code <iSCSI name>,i,0x<ISID>}
 * @param target the target port: {@code <iSCSI name>,t,0x0001}
 */
public record NexusName(String initiator, String target) {}
