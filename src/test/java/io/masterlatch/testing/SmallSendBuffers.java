package io.masterlatch.testing;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;

/**
 * Has the system take in little of what is sent to a client that does not read: on the loopback interface it takes
 * megabytes.
 */
@TestConfiguration(proxyBeanMethods = false)
public class SmallSendBuffers {

    /** How many events of {@link #LONG_TEXT} are more than it takes in. */
    public static final int EVENTS = 400;

    /** About as long a text as a master's address can be. */
    public static final String LONG_TEXT = "x".repeat(400);

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> fourKilobytes() {
        return tomcat -> tomcat.addConnectorCustomizers(connector -> connector.setProperty("socket.txBufSize", "4096"));
    }
}
