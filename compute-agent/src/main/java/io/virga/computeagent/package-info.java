/** The compute agent of a host: makes libvirt's domains be as desired. */
@org.jspecify.annotations.NullMarked
package io.virga.computeagent;
