package io.virga.control.foundation;

import io.virga.control.database.Database;
import io.virga.control.hosts.Hosts;
import io.virga.control.quota.Quota;
import io.virga.control.watch.DesiredStates;
import java.net.URI;
import java.time.InstantSource;

/**
 * What every API is built on; {@code Main} makes one and hands it to each.
 *
 * @param endpoint the public base address, {@code http://host:8700}
 */
public record Foundation(
    Database database,
    DesiredStates desired,
    Quota quota,
    Hosts hosts,
    URI endpoint,
    InstantSource clock) {}
