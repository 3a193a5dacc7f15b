package io.virga.netagent.agent;

import java.time.Duration;

/**
 * What every port of the host is told by DHCP.
 *
 * @param time for which a lease is good
 * @param dnsDomain of networks that have none of their own
 */
record LeaseTerms(Duration time, String dnsDomain) {}
