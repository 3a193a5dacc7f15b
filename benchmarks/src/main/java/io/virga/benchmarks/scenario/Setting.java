package io.virga.benchmarks.scenario;

import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Where and how a scenario is run.
 *
 * @param root the checkout, with {@code ./virga}
 * @param directory an empty one, removed afterwards
 * @param quick whether fewer or smaller runs will do
 * @param minio the program of a rival that no package brings
 * @param count how many objects there are to be, instead of the scenario's own number
 * @param progress told, for whoever waits, what has just been done
 */
public record Setting(
    Path root,
    Path directory,
    boolean quick,
    Optional<Path> minio,
    Optional<Long> count,
    Consumer<String> progress) {}
