package io.masterlatch.testing;

import io.masterlatch.MasterLatchApplication;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.springframework.boot.resttestclient.autoconfigure.AutoConfigureRestTestClient;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.UseMainMethod;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;

/**
 * Runs the whole service on a real port, over a {@link FakeMasterStore} in place of ZooKeeper; all such tests share one
 * context.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(
        classes = MasterLatchApplication.class,
        useMainMethod = UseMainMethod.ALWAYS,
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {
            "masterlatch.address=" + ScriptedService.SELF,
            // So long that nothing runs out in a test unless it asks for that.
            "masterlatch.lease=10s",
            "masterlatch.zookeeper.session-timeout=20s",
            "masterlatch.zookeeper.connect-string=" + ScriptedService.CONNECT_STRING
        })
@AutoConfigureRestTestClient
@Import({ScriptedService.Node.class, SmallSendBuffers.class})
public @interface ScriptedService {

    /** The address of the service. */
    String SELF = "master2.example.com:2223";

    /** There are no candidates, and no server is asked. */
    String CONNECT_STRING = "127.0.0.1:1";

    /** Puts the scripted node where the service would reach for ZooKeeper. */
    @TestConfiguration(proxyBeanMethods = false)
    class Node {

        @Bean
        @Primary
        FakeMasterStore fakeStore() {
            return new FakeMasterStore();
        }
    }
}
