package io.masterlatch.web;

import java.time.Duration;

/**
 * What those may cost who wait for changes over HTTP.
 *
 * @param watchers how many may wait at once, over event streams and long polls together
 * @param heartbeat after how long without an event a stream is written to all the same
 */
public record WatchLimits(int watchers, Duration heartbeat) {}
