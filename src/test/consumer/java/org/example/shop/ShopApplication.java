package org.example.shop;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/** An application with a client of ZooKeeper, pages and settings of its own. */
@SpringBootApplication
@EnableConfigurationProperties(NotifyProperties.class)
public class ShopApplication {

    /** Starts the shop. */
    public static void main(String[] args) {
        SpringApplication.run(ShopApplication.class, args);
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    @ConditionalOnProperty("shop.zookeeper")
    CuratorFramework shopClient(@Value("${shop.zookeeper}") String connectString) {
        return CuratorFrameworkFactory.newClient(connectString, new RetryOneTime(100));
    }
}
