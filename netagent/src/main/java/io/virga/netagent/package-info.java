/** The network agent of a host: programs Open vSwitch so that tenants' networks are as desired. */
@NullMarked
package io.virga.netagent;

import org.jspecify.annotations.NullMarked;
