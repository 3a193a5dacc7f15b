/** OpenFlow 1.5 and the Nicira extensions that the agent speaks: messages and a pure codec. */
@NullMarked
package io.virga.netagent.openflow;

import org.jspecify.annotations.NullMarked;
