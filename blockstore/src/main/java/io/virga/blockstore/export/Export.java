package io.virga.blockstore.export;

import io.virga.blockstore.device.BlockDevice;

/**
 * An open door to a device; the device belongs to the loop that the connections run on.
 *
 * @param name of the attachment: never used again for another
 * @param volume what it leads to; several doors may lead to one volume
 * @param host whose peers may know of it: the name in their certificates, or this host's for those
 *     who come by the unix socket or the loopback
 */
public record Export(String name, String volume, BlockDevice device, String host) {}
