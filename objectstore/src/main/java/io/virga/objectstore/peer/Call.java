package io.virga.objectstore.peer;

import io.netty.buffer.ByteBuf;
import java.time.Duration;
import reactor.core.publisher.Flux;

/**
 * A request, as the service gets it.
 *
 * @param opcode 0 to 65,535
 * @param peer the name of the node that asks; with TLS, of its certificate
 * @param deadline how long the peer will wait for the answer once it has sent everything
 * @param body what came with it, empty if nothing did. May be subscribed to once, on any thread;
 *     each buffer is released by the subscriber. Fails with {@link PeerFailure} when the peer goes
 *     or gives up. What is not read when the answer is complete is dropped, and the peer stops
 *     sending.
 */
public record Call(int opcode, byte[] header, String peer, Duration deadline, Flux<ByteBuf> body) {}
