package org.example.shop;

import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;

/** Settings of the shop under a name that others have used too. */
@ConfigurationProperties(prefix = "notify", ignoreUnknownFields = false)
public record NotifyProperties(List<String> customers) {}
