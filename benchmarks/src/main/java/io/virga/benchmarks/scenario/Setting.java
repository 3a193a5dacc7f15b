package io.virga.benchmarks.scenario;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where and how a scenario is run.
 *
 * @param root the checkout, with {@code ./virga}
 * @param directory an empty one, removed afterwards
 * @param quick whether fewer or smaller runs will do
 * @param minio the program of a rival that no package brings
 */
public record Setting(Path root, Path directory, boolean quick, Optional<Path> minio) {}
