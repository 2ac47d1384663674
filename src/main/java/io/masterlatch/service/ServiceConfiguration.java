package io.masterlatch.service;

import io.masterlatch.latch.MasterLatch;
import org.springframework.context.annotation.Configuration;

/** What the service has beyond the features: it refuses to start without an election. */
@Configuration(proxyBeanMethods = false)
public class ServiceConfiguration {

    ServiceConfiguration(MasterLatch latch) {}
}
