package org.wguplink.control;

import io.avaje.jsonb.Json;
import org.jspecify.annotations.Nullable;

/**
 * The parameters of every method; each uses the ones that {@link Method} names.
 *
 * @param peerId a peer id of the mesh
 * @param weight 1 to 1000, higher = more preferred
 * @param progress whether each stage of a test is told as soon as it is over, and each second of a measurement
 * @param withinS seconds, 0 to 86400: how long what is left of an uplink's flows may stay
 * @param intervalS seconds, 1 to 3600: how often figures that move by themselves are told
 * @param seconds 1 to 10: how long a measurement takes
 * @param force whether a line that is metered or has a quota is measured too
 */
@Json(naming = Json.Naming.LowerUnderscore)
public record Params(
        @Nullable String peerId,
        @Nullable Integer weight,
        @Nullable Boolean enabled,
        @Nullable Boolean progress,
        @Nullable Integer intervalS,
        @Nullable Integer withinS,
        @Nullable Integer seconds,
        @Nullable Boolean force) {
    public static final Params NONE = new Params(null, null, null);

    public Params(@Nullable String peerId, @Nullable Integer weight, @Nullable Boolean enabled) {
        this(peerId, weight, enabled, null, null, null, null, null);
    }

    public static Params peer(String peerId) {
        return new Params(peerId, null, null);
    }

    /** A test that tells its stages. */
    public static Params test(String peerId) {
        return new Params(peerId, null, null, true, null, null, null, null);
    }

    /** @param withinS null: as long as is usual for it */
    public static Params drain(String peerId, boolean leave, @Nullable Integer withinS) {
        return new Params(peerId, null, leave, null, null, withinS, null, null);
    }

    public static Params watch(int intervalS) {
        return new Params(null, null, null, null, intervalS, null, null, null);
    }

    /**
     * A measurement that tells how it goes.
     *
     * @param path null: the best own WAN
     */
    public static Params measure(@Nullable String path, @Nullable Integer seconds, boolean force) {
        return new Params(path, null, null, true, null, null, seconds, force);
    }
}
