/**
 * The iSCSI front door (RFC 7143): messages, codec, login and session state machines, and the Netty
 * adapter. Each export is a target of its own with its volume as LUN 0.
 */
@NullMarked
package io.virga.blockstore.iscsi;

import org.jspecify.annotations.NullMarked;
