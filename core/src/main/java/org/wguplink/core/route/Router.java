package org.wguplink.core.route;

/** Makes the kernel's routes and rules of ours match a plan. Applying the same plan twice changes nothing. */
public interface Router {
    /**
     * @throws RouterException when the kernel refused a change; what came before it is installed, and applying again
     *     goes on from there
     */
    void apply(RoutePlan desired) throws RouterException;
}
