/** The requests of quotas that nova, cinder and neutron have in common. */
@NullMarked
package io.virga.control.quota.api;

import org.jspecify.annotations.NullMarked;
